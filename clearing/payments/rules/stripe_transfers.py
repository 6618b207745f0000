"""What a transfer at Stripe means for our payment (rulebook: Settlement and payout)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class TransferStep(StrEnum):
    """What the transfer does to its payment. REVERSED_UNASKED and PAID_AFTER_RETURN wait for a person."""

    KNOWN = "known"
    CONFIRM = "confirm"
    RETURN = "return"
    REVERSED_UNASKED = "reversed_unasked"
    PAID_AFTER_RETURN = "paid_after_return"


class StripeFault(StrEnum):
    """Why something at Stripe moves nothing and is listed for a person. The codes are public."""

    UNKNOWN = "transfer_unknown"
    NOT_SENT = "transfer_not_sent"
    AMOUNT = "transfer_amount_differs"
    CURRENCY = "transfer_not_euro"
    DESTINATION = "transfer_destination_differs"
    SECOND = "transfer_made_twice"
    PARTLY_REVERSED = "transfer_partly_reversed"
    OTHER_MODE = "other_mode"
    KEY_REUSED = "idempotency_key_reused"
    NOT_DECIDED = "stripe_undecided"
    ACCOUNT_UNKNOWN = "account_unknown"
    UNREADABLE = "object_unreadable"
    CHECKOUT_UNKNOWN = "checkout_unknown"


@dataclass(frozen=True, slots=True)
class SeenTransfer:
    """A transfer as Stripe shows it. `payment` is our end-to-end id in its metadata; sums in whole cents."""

    id: str
    payment: str
    group: str
    amount_cents: int
    currency: str
    destination: str
    reversed_cents: int
    live: bool
    made_at: datetime


@dataclass(frozen=True, slots=True)
class AwaitedTransfer:
    """A payment by Stripe as we know it; `id` is ours. `transfer`: Stripe's id, once known.

    `reversal_approved`: two people of the county asked for the reversal.
    """

    id: int
    run_id: int
    county_id: int
    provider_id: int
    end_to_end_id: str
    sum_cents: int
    state: str
    account: str
    live: bool
    transfer: str | None
    reversal_approved: bool
    is_open: bool = False


def judge_transfer(
    awaited: AwaitedTransfer, seen: SeenTransfer
) -> tuple[tuple[TransferStep, ...], StripeFault | None]:
    """Return the steps that bring the payment to where the transfer is, and what a person must look at.

    It reads the whole transfer and not the change that an event reports, so the order of events is of no
    matter: a reversal also says that the transfer was made.
    """
    if fault := _why_not_ours(awaited, seen):
        return (), fault
    steps: list[TransferStep] = []
    if awaited.state == "sent":
        steps.append(TransferStep.CONFIRM)
    if awaited.state == "returned" and awaited.transfer is None and seen.reversed_cents == 0:
        return (TransferStep.KNOWN if awaited.is_open else TransferStep.PAID_AFTER_RETURN,), None
    if awaited.state == "returned" or seen.reversed_cents == 0:
        return tuple(steps) or (TransferStep.KNOWN,), None
    if seen.reversed_cents < seen.amount_cents:
        return tuple(steps) or (TransferStep.KNOWN,), StripeFault.PARTLY_REVERSED
    if awaited.reversal_approved:
        steps.append(TransferStep.RETURN)
    elif not awaited.is_open:
        steps.append(TransferStep.REVERSED_UNASKED)
    return tuple(steps) or (TransferStep.KNOWN,), None


def _why_not_ours(awaited: AwaitedTransfer, seen: SeenTransfer) -> StripeFault | None:
    if seen.live != awaited.live:
        return StripeFault.OTHER_MODE
    if awaited.state == "prepared":
        return StripeFault.NOT_SENT
    if awaited.transfer is not None and awaited.transfer != seen.id:
        return StripeFault.SECOND
    if seen.currency != "eur":
        return StripeFault.CURRENCY
    if seen.amount_cents != awaited.sum_cents:
        return StripeFault.AMOUNT
    return StripeFault.DESTINATION if seen.destination != awaited.account else None
