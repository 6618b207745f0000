"""Whether a charge matches its funding, offering and payee account (R-07, R-08, R-17, R-32)."""

from clearing.charges.facts.charge import Charge
from clearing.eligibility.facts.provider import Offering, ProviderFacts
from clearing.grants.facts.funding import Funding
from clearing.reasons import (
    BANK_ACCOUNT_UNVERIFIED,
    CLIENT_MISMATCH,
    UNIT_MISMATCH,
    VOUCHER_UNKNOWN,
    Finding,
    report,
)


def known_to(funding: Funding) -> frozenset[int]:
    """Return who knows a funding: the provider it names, and those that have or had a choice on it."""
    named = () if funding.named_provider_id is None else (funding.named_provider_id,)
    return frozenset((*named, *(choice.provider_id for choice in funding.choices)))


def may_know(funding: Funding, provider_id: int) -> bool:
    """Return whether a provider may know of a funding."""
    return provider_id in known_to(funding)


def voucher_unknown(known: frozenset[int], provider_id: int) -> Finding | None:
    """No such funding, or not one this provider may know of: the same answer (R-07)."""
    return None if provider_id in known else report(VOUCHER_UNKNOWN)


def client_mismatch(charge: Charge, funding: Funding) -> Finding | None:
    """The given client number is not the funding's client (R-08)."""
    client = charge.client
    return None if client is None or client == funding.client_number else report(CLIENT_MISMATCH)


def unit_mismatch(unit: str | None, offering: Offering | None) -> Finding | None:
    """Unit is not the offering's unit (R-17)."""
    if unit is None or offering is None or unit == offering.unit:
        return None
    return report(UNIT_MISMATCH, unit=unit, offering_unit=offering.unit)


def bank_account_unverified(provider: ProviderFacts) -> Finding | None:
    """Payout waits until the account is confirmed (R-32)."""
    return None if provider.account_verified else report(BANK_ACCOUNT_UNVERIFIED)
