"""When a provider may be paid by Stripe (rulebook: Settlement and payout; R-32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clearing.eligibility.rules.bank_accounts import ACCOUNT_WAIT


class Rail(StrEnum):
    """How a payment leaves the county."""

    BANK = "bank"
    STRIPE = "stripe"


@dataclass(frozen=True, slots=True)
class AccountState:
    """What Stripe says of a provider's account, as of `seen_at`. `asks`: codes of what it still needs."""

    account: str
    live: bool
    seen_at: datetime
    can_receive: bool
    can_charge_cards: bool
    pays_out: bool
    is_submitted: bool
    disabled_reason: str | None
    asks: tuple[str, ...]
    asks_by: date | None


@dataclass(frozen=True, slots=True)
class StripePayee:
    """A provider that the county pays by Stripe: its account, and who chose and confirmed that.

    `is_gone`: the account was closed or disconnected. `has_open_finding`: something at Stripe about the
    payee is not understood yet.
    """

    id: int
    account: str
    chosen_at: datetime
    chosen_by: int
    confirmed_at: datetime
    confirmed_by: int
    can_receive: bool
    pays_out: bool
    disabled_reason: str | None
    bank_changed_at: datetime | None
    payout_failed_at: datetime | None
    is_gone: bool
    has_open_finding: bool = False

    @property
    def payout_failed(self) -> bool:
        """Whether the newest bank behind the account has refused a payout."""
        failed, changed = self.payout_failed_at, self.bank_changed_at
        return failed is not None and (changed is None or changed <= failed)


def stripe_payable_from(payee: StripePayee) -> datetime:
    """Return the moment from which the payee may be paid: as a bank account, 48 hours after each change."""
    moments = [payee.confirmed_at, payee.chosen_at + ACCOUNT_WAIT]
    if payee.bank_changed_at is not None:
        moments.append(payee.bank_changed_at + ACCOUNT_WAIT)
    return max(moments)
