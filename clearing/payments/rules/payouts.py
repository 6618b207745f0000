"""What is paid out now, what waits and why, and on which day (rulebook: Settlement and payout)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from clearing.eligibility.facts.provider import BankAccount
from clearing.eligibility.rules.bank_accounts import payable_from
from clearing.payments.rules.stripe_payees import Rail, StripePayee, stripe_payable_from
from foundation.vocabulary.money import Money

RECENT_CHANGE = timedelta(days=30)
GROWTH_FACTOR = 3
RUNS_COMPARED = 6


class WaitReason(StrEnum):
    """Why a provider's money is not sent in this run. The codes are public; the first that holds is shown."""

    NOTHING_DUE = "nothing_due"
    NEGATIVE_SUM = "negative_sum_carried"
    HELD_BY_OFFICER = "held_by_officer"
    NO_ACCOUNT = "bank_account_missing"
    UNVERIFIED = "bank_account_unverified"
    CHANGED = "bank_account_changed"
    CHANGED_SINCE = "bank_account_changed_since"
    BANK_REFUSES = "bank_refuses_details"
    ACCOUNT_RETURNED = "bank_account_returned"
    ANSWER_OPEN = "bank_answer_open"
    RAIL_CHANGED = "payment_way_changed_since"
    STRIPE_RESTRICTED = "stripe_restricted"
    STRIPE_PAYOUT_FAILED = "stripe_payout_failed"
    STRIPE_CHANGED = "stripe_changed"
    STRIPE_UNCLEAR = "stripe_unclear"


class Sign(StrEnum):
    """What the approver should look at twice (early warning 12, odd payee)."""

    FIRST_PAYMENT = "first_payment"
    CHANGED_ACCOUNT = "changed_account"
    GROWTH = "growth"
    RETURNED_BEFORE = "returned_before"


@dataclass(frozen=True, slots=True)
class Due:
    """What one provider is owed in a run of one county, and the account it would be paid to.

    `settled_cents` is the sum of the run's `charge_count` charges, `carried_cents` what earlier runs left.
    Both are whole cents and may be negative: corrections are netted, and a negative sum is carried on.
    `bank_says_wait`: a payment to this account came back because of the account, or an answer is open.
    `stripe`: the county pays this provider by Stripe, to that account and not to the bank account.
    """

    provider_id: int
    business_id: str
    name: str
    charge_count: int
    settled_cents: Money
    carried_cents: Money
    account: BankAccount | None
    bank_says_wait: WaitReason | None = None
    stripe: StripePayee | None = None

    @property
    def rail(self) -> Rail:
        """How it would be sent."""
        return Rail.BANK if self.stripe is None else Rail.STRIPE

    @property
    def total_cents(self) -> Money:
        """What would be sent, in whole cents."""
        return Money(self.settled_cents + self.carried_cents)


def why_waits(due: Due, now: datetime, *, held_by_officer: bool, bank_takes: bool) -> WaitReason | None:
    """A provider is paid what it is owed unless the sum, an officer, its account or the bank says wait.

    `bank_takes`: whether a bank file can carry the payee's name, account and sum.
    """
    if due.total_cents < 0:
        return WaitReason.NEGATIVE_SUM
    if due.total_cents == 0:
        return WaitReason.NOTHING_DUE
    if held_by_officer:
        return WaitReason.HELD_BY_OFFICER
    if due.stripe is not None:
        return why_stripe_waits(due.stripe, now)
    if account_waits := due.bank_says_wait or why_account_waits(due.account, now):
        return account_waits
    return None if bank_takes else WaitReason.BANK_REFUSES


def why_account_waits(account: BankAccount | None, now: datetime) -> WaitReason | None:
    """A new or changed bank account waits 48 hours and a second person (R-32, payee safety)."""
    if account is None:
        return WaitReason.NO_ACCOUNT
    since = payable_from(account)
    if since is None:
        return WaitReason.UNVERIFIED
    return WaitReason.CHANGED if now < since else None


def why_stripe_waits(payee: StripePayee, now: datetime) -> WaitReason | None:
    """A restricted account holds its payee at once; a new way or a new bank behind it waits 48 hours."""
    if payee.is_gone or not payee.can_receive or payee.disabled_reason is not None:
        return WaitReason.STRIPE_RESTRICTED
    if payee.payout_failed or not payee.pays_out:
        return WaitReason.STRIPE_PAYOUT_FAILED
    if payee.has_open_finding:
        return WaitReason.STRIPE_UNCLEAR
    return WaitReason.STRIPE_CHANGED if now < stripe_payable_from(payee) else None


def signs_of(
    sum_cents: int,
    earlier_sums: tuple[int, ...],
    entered_at: datetime,
    now: datetime,
    *,
    returned_before: bool = False,
) -> tuple[Sign, ...]:
    """A payee is odd when its account is new, a payment came back, it is the first, or its sum has tripled.

    `earlier_sums`: up to six sums of the provider's last payments in the county, in whole cents;
    `returned_before`: one of the last six came back.
    """
    signs = [Sign.RETURNED_BEFORE] if returned_before else []
    if not earlier_sums:
        signs.append(Sign.FIRST_PAYMENT)
    if now - entered_at < RECENT_CHANGE:
        signs.append(Sign.CHANGED_ACCOUNT)
    if earlier_sums and sum_cents * len(earlier_sums) > GROWTH_FACTOR * sum(earlier_sums):
        signs.append(Sign.GROWTH)
    return tuple(signs)
