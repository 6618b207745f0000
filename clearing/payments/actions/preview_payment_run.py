"""What preparing a payment run now would pay and what would wait. Nothing is locked, numbered or written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.payments.actions.prepare_payment_run import why_due_waits, why_not_prepared
from clearing.payments.actions.prove_run import why_books_differ
from clearing.payments.load.dues import dues_until
from clearing.payments.load.pay_days import first_day_of_payment
from clearing.payments.load.payers import PayingCounty
from clearing.payments.load.payment_runs import prepared_run_of
from clearing.payments.load.proof_runs import prove_before_freezing
from clearing.payments.load.stops import why_stopped
from clearing.payments.rules.payouts import Due, WaitReason
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


@dataclass(frozen=True, slots=True)
class RunPreview:
    """What a run up to the service day `until` would pay, on `first_day` or later, and what would wait.

    `replaced_run_id`: the run that waits for approval now and would be cancelled.
    """

    until: date
    first_day: date
    paid: tuple[Due, ...]
    waiting: tuple[tuple[Due, WaitReason], ...]
    replaced_run_id: int | None

    @property
    def sum_cents(self) -> Money:
        """The sum of the payments, in whole cents."""
        return Money(sum(due.total_cents for due in self.paid))


def preview_payment_run(
    session: Session, *, county: PayingCounty, until: date, actor: Actor, now: datetime
) -> RunPreview | Refusal:
    """Return what `prepare_payment_run` would give, refused as it would be."""
    if refusal := why_not_prepared(county, until, actor, now):
        return refusal
    if (stopped := why_stopped(session, county.id)) is not None:
        return Refusal(stopped)
    replaced = prepared_run_of(session, county.id)
    if refusal := why_books_differ(
        prove_before_freezing(session, county.id, until, replaced_run_id=replaced)
    ):
        return refusal
    paid: list[Due] = []
    waiting: list[tuple[Due, WaitReason]] = []
    for due in dues_until(session, county.id, until, replaced_run_id=replaced):
        reason = why_due_waits(due, now)
        if reason is None:
            paid.append(due)
        else:
            waiting.append((due, reason))
    first_day = first_day_of_payment(session, county.id, until, now)
    return RunPreview(until, first_day, tuple(paid), tuple(waiting), replaced)
