"""The terms that apply to a charge: those of its day, its own choice and offering, its rates."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from clearing.charges.facts.charge import Charge
from clearing.charges.rules.matching import bank_account_unverified, unit_mismatch
from clearing.eligibility.facts.provider import Offering, ProviderFacts
from clearing.eligibility.facts.use import Rates, Use
from clearing.eligibility.rules.funding_in_force import service_not_in_voucher
from clearing.eligibility.rules.provider_in_force import choices_in_force
from clearing.grants.facts.funding import Choice, Funding, Terms
from clearing.reasons import Finding

Offerings = tuple[Offering, ...]

NO_DAY = date.min
"""Stands for a service day that could not be read: the first terms apply, and nothing is in force."""


class TermsInForce(NamedTuple):
    """What charges of one funding, provider, service and unit are decided by on a day.

    `findings` are those of R-09 to R-17 and R-32.
    """

    terms: Terms
    choice: Choice | None
    offering: Offering | None
    rates: Rates
    findings: tuple[Finding, ...]


def own_choice(funding: Funding, provider_id: int, offerings: Offerings, day: date) -> Choice | None:
    """Return the provider's choice in force that day: the one of the service, else the first."""
    choices = choices_in_force(funding, provider_id, day)
    if len(choices) < 2:
        return choices[0] if choices else None
    of_service = {offering.id for offering in offerings}
    return min(choices, key=lambda choice: choice.offering_id not in of_service)


def own_offering(offerings: Offerings, choice: Choice | None, unit: str | None) -> Offering | None:
    """Return the provider's offering of the service: the chosen one, else one of the unit, else the first."""
    if len(offerings) < 2:
        return offerings[0] if offerings else None
    chosen = choice.offering_id if choice else None
    return min(offerings, key=lambda o: (o.id != chosen, o.unit != unit, o.id))


def use_of_charge(charge: Charge, funding: Funding, provider: ProviderFacts) -> tuple[Use, Choice | None]:
    """Return the use of the funding that a charge is for, and the choice that it is made under."""
    day, service = charge.service_day or NO_DAY, charge.service or ""
    offerings = provider.offerings.get((funding.county_id, service), ())
    choice = own_choice(funding, provider.id, offerings, day)
    return Use(funding, service, own_offering(offerings, choice, charge.unit), provider, day), choice


def findings_of_terms(
    charge: Charge, use: Use, of_use: Sequence[Finding], services: Collection[str]
) -> tuple[Finding, ...]:
    """Return the findings of R-09 to R-17 and R-32 from those of the use, which are none without a day.

    R-14 is silent on a service that is not in the catalogue, R-14 and R-16 on one that could not be read.
    """
    if charge.service_day is None:
        of_use = [finding for finding in (service_not_in_voucher(use),) if finding is not None]
    if of_use and charge.service not in services:
        silent = ("R-14",) if charge.service is not None else ("R-14", "R-16")
        of_use = [finding for finding in of_use if finding.reason.rule not in silent]
    mismatch = unit_mismatch(charge.unit, use.offering)
    unverified = bank_account_unverified(use.provider)
    if mismatch is None and unverified is None:
        return tuple(of_use)
    return (*of_use, *[finding for finding in (mismatch, unverified) if finding is not None])
