"""Bring a payment to where its transfer at Stripe is, as an answer, an event or a comparison shows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.payments.actions.decide_open_answer import CAME_BACK
from clearing.payments.actions.ingest_bank_answer import CONFIRMED, RETURNED
from clearing.payments.load.stripe_accounts import has_account
from clearing.payments.load.stripe_calls import transfer_named
from clearing.payments.rules.stripe_events import Outcome
from clearing.payments.rules.stripe_transfers import (
    AwaitedTransfer,
    SeenTransfer,
    StripeFault,
    TransferStep,
    judge_transfer,
)
from clearing.payments.rules.verdicts import Mismatch
from clearing.payments.write.payments import change_payment, close_answered_runs, post_movements
from clearing.payments.write.stripe_calls import note_object, queue_payout
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day

STRIPE = "stripe"
"""The kind of a booking that Stripe has reported, beside `camt.053`."""
REVERSED = "stripe_reversed"
"""The reason of a payment that came back because its transfer was reversed."""

OPENED: Mapping[TransferStep, tuple[Mismatch, str | None]] = {
    TransferStep.REVERSED_UNASKED: (Mismatch.SECOND_PERSON, REVERSED),
    TransferStep.PAID_AFTER_RETURN: (Mismatch.PAID_AFTER_RETURN, None),
}
"""Steps that a person decides (`decide_open_answer`)."""

Taken = tuple[Outcome, StripeFault | None, int | None]
"""What came of a transfer, why it is listed, and the id of our payment."""


def take_transfer(session: Session, county_id: int, seen: SeenTransfer, *, now: datetime) -> Taken:
    """Let a transfer, as the county's Stripe shows it, change our payment of that name; once.

    One that no payment of ours explains is listed: somebody may have been paid beside the runs.
    """
    awaited = transfer_named(session, county_id, seen.payment) if seen.payment else None
    if awaited is None:
        is_payee = bool(seen.payment) or has_account(session, county_id, seen.destination)
        return (Outcome.LISTED if is_payee else Outcome.UNMATCHED), StripeFault.UNKNOWN, None
    steps, fault = judge_transfer(awaited, seen)
    if steps and steps != (TransferStep.PAID_AFTER_RETURN,):
        note_object(session, awaited.id, "transfer", seen.id, now=now)
    for step in steps:
        _take(session, awaited, seen, step, now)
    if fault is not None:
        return Outcome.LISTED, fault, awaited.id
    changed = set(steps) - {TransferStep.KNOWN}
    return (Outcome.APPLIED if changed else Outcome.KNOWN), None, awaited.id


def return_unsent(session: Session, awaited: AwaitedTransfer, reason: str, text: str, now: datetime) -> None:
    """Make the money of a transfer that was never made payable again."""
    post_movements(session, [(awaited, [RETURNED])], at=now)
    day = helsinki_day(now)
    values = {"state": "returned", "answered_on": day, "return_reason": reason, "return_text": text or None}
    change_payment(session, awaited.id, values)
    close_answered_runs(session, [awaited.run_id], now=now)


def _take(
    session: Session, awaited: AwaitedTransfer, seen: SeenTransfer, step: TransferStep, now: datetime
) -> None:
    day = helsinki_day(now)
    if step is TransferStep.CONFIRM:
        post_movements(session, [(awaited, [CONFIRMED])], at=now)
        failpoint("stripe.transfer.after_postings")
        booked = {"debit_on": day, "debit_references": [seen.id], "debit_kind": STRIPE}
        paid = {"state": "confirmed", "answered_on": day, "bank_reference": seen.id}
        change_payment(session, awaited.id, paid | booked)
        queue_payout(session, awaited.id, awaited.county_id, due_at=now)
        failpoint("stripe.transfer.after_payment")
    elif step is TransferStep.RETURN:
        post_movements(session, [(awaited, CAME_BACK)], at=now)
        booked = {"credit_on": day, "credit_references": [seen.id], "credit_kind": STRIPE}
        back = {"state": "returned", "answered_on": day, "return_reason": REVERSED}
        change_payment(session, awaited.id, back | booked)
    elif step in OPENED:
        mismatch, reason = OPENED[step]
        opened = {"open_code": mismatch.value, "open_day": day, "open_reference": seen.id}
        change_payment(session, awaited.id, opened | {"open_reason": reason, "open_by": None})
    close_answered_runs(session, [awaited.run_id], now=now)
