"""Can the payee of a charge be paid (R-32)."""

from clearing.eligibility.facts.provider import ProviderFacts
from clearing.reasons import BANK_ACCOUNT_UNVERIFIED, Finding, report


def bank_account_unverified(provider: ProviderFacts) -> Finding | None:
    """Payout waits until the account is confirmed (R-32)."""
    return None if provider.account_verified else report(BANK_ACCOUNT_UNVERIFIED)
