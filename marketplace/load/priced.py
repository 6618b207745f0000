"""Offerings with what they cost a client: the share, how far the money goes, and if it may be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from clearing.eligibility.rules.costs import unit_values_in_force
from clearing.grants.rules.funding_terms import terms_on
from clearing.reasons import Finding
from foundation.vocabulary.money import Money, Quantity
from marketplace.load.catalogue import typical_class
from marketplace.load.fundings import PayingFunding
from marketplace.load.offering_facts import offering_facts
from marketplace.rules.choice_query import ChoiceQuery, OfferingFacts
from marketplace.rules.comparison import Share, units_left, units_money_gives
from marketplace.rules.eligibility import Eligibility, eligibility_of
from marketplace.rules.searching import Purse


@dataclass(frozen=True, slots=True)
class Priced:
    """One offering with a client's funding: its eligibility, and the units that the money gives.

    The money is all that is left, booked or free: the client who changes the provider has all of it.
    """

    eligibility: Eligibility
    units: Quantity | None

    @property
    def price_cents(self) -> Money | None:
        """Return the price of a unit; None if none is in force."""
        return self.eligibility.price_cents

    @property
    def share(self) -> Share | None:
        """Return who pays what of a unit; None if it is not known."""
        return self.eligibility.share

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """Return why it cannot be chosen."""
        return self.eligibility.reasons

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Return what the client should know before choosing."""
        return self.eligibility.warnings

    @property
    def eligible(self) -> bool:
        """Return whether it can be chosen."""
        return not self.reasons


def purse_of(funding: PayingFunding, day: date) -> Purse:
    """Return what the funding pays per unit by service and time class, to sort by what the client pays."""
    facts, terms = funding.facts, terms_on(funding.facts, day)
    return Purse({name: unit_values_in_force(facts, name, terms) for name in sorted(facts.services)})


def price_for_me(
    session: Session, funding: PayingFunding, ids: Sequence[int], day: date, time_class: str | None = None
) -> dict[int, Priced]:
    """Return what each of these offerings costs the client in a time class, or in the usual one, by id."""
    time_class = time_class or typical_class(session, funding.facts.county_id, day)
    return priced_all(funding, offering_facts(session, ids), day, time_class)


def prices_for_me(
    session: Session,
    fundings: Sequence[PayingFunding],
    ids: Sequence[int],
    day: date,
    time_class: str | None = None,
) -> dict[int, Priced]:
    """Return what each offering costs the client, by id: by the first funding that pays for its service.

    The price is of a time class, or of the usual one. Offerings for which no funding pays are left out.
    """
    found: dict[int, Priced] = {}
    offerings = offering_facts(session, ids) if fundings else {}
    for funding in fundings:
        paid = {
            key: offering
            for key, offering in offerings.items()
            if key not in found and offering.service in funding.facts.services
        }
        if paid:
            shown = time_class or typical_class(session, funding.facts.county_id, day)
            found |= priced_all(funding, paid, day, shown)
    return found


def priced_all(
    funding: PayingFunding, offerings: Mapping[int, OfferingFacts], day: date, time_class: str | None
) -> dict[int, Priced]:
    """Return what each of these offerings costs the client in a time class, by id."""
    home = funding.client.municipality
    return {
        key: _priced(funding, ChoiceQuery(offering, funding.facts, home, day, time_class))
        for key, offering in offerings.items()
    }


def _priced(funding: PayingFunding, query: ChoiceQuery) -> Priced:
    eligibility = eligibility_of(query)
    if eligibility.share is None:
        return Priced(eligibility, None)
    county_pays, left = eligibility.share.county_pays_cents, units_left(funding.facts)
    return Priced(eligibility, units_money_gives(funding.left_cents, county_pays, query.offering.unit, left))
