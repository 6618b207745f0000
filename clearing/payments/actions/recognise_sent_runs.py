"""Find by the bank's answers which runs of a restored book were sent from the lost one (0190)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.payments.load.awaited_payments import awaited_by_identifier, awaited_of_files
from clearing.payments.load.home import is_frozen
from clearing.payments.load.payment_runs import RunContents, lock_run
from clearing.payments.rules.answers import Answer, AwaitedPayment, Scope
from clearing.payments.rules.bank_days import next_bank_day
from clearing.payments.rules.batches import one_by_one
from clearing.payments.rules.matching import proves_sent
from clearing.payments.rules.settling import RunState
from clearing.payments.rules.stripe_payees import Rail
from clearing.payments.write.payments import change_run, mark_sent, post_sent, store_advices
from clearing.payments.write.stripe_calls import queue_transfers
from clearing.payments.write.stripe_events import forget_comparisons
from foundation.vocabulary.dates import helsinki_day, start_of_day
from foundation.vocabulary.roles import Actor


def recognise_sent_runs(session: Session, answers: Sequence[Answer], *, actor: Actor, now: datetime) -> None:
    """Note of each run that the answers name, and that this restored book has not sent, that the bank has it.

    An approved run counts as sent from now on: payable → transit. A prepared one waits for its approval by
    two people, and for the same answers after it. The file of neither is exported here. Does nothing in a
    book that is not a restored copy: there the bank cannot have the file of a run that was not sent.
    """
    named: dict[int, list[Answer]] = {}
    for payment, answer in _pairs(session, answers, actor.county_id):
        if proves_sent(payment, answer):
            named.setdefault(payment.run_id, []).append(answer)
    for run_id, proofs in sorted(named.items()):
        contents = lock_run(session, run_id)
        assert contents is not None
        if is_frozen(session, contents.run.county_id):
            _note(session, contents, proofs, actor, now)


def _pairs(
    session: Session, answers: Sequence[Answer], county_id: int | None
) -> Iterator[tuple[AwaitedPayment, Answer]]:
    """Yield each payment that an answer names, by itself or by its whole file, with that answer."""
    names = {answer.identifier for answer in answers if answer.scope is Scope.PAYMENT}
    files = {answer.identifier for answer in answers if answer.scope in (Scope.BATCH, Scope.MESSAGE)}
    of_files = awaited_of_files(session, files, county_id=county_id)
    payments = awaited_by_identifier(session, names, county_id=county_id)
    payments |= {payment.end_to_end_id: payment for many in of_files.values() for payment in many}
    for answer in answers:
        for single in one_by_one(answer, of_files.get(answer.identifier, ())):
            if single.scope is Scope.PAYMENT and single.identifier in payments:
                yield payments[single.identifier], single


def _note(
    session: Session, contents: RunContents, proofs: Iterable[Answer], actor: Actor, now: datetime
) -> None:
    run, header = contents.run, contents.header
    if run.state not in (RunState.PREPARED, RunState.APPROVED):
        return
    if not run.file_elsewhere:
        change_run(session, run.id, {"file_elsewhere": True})
        record(
            session,
            actor=actor,
            now=now,
            act="payment_run.file_elsewhere",
            subject=("payment_run", run.id),
            county_id=run.county_id,
        )
    if run.state is RunState.APPROVED:
        assert header.approved_at is not None
        post_sent(session, run.id, at=now)
        mark_sent(session, run.id)
        store_advices(session, run.id, now=now)
        earliest = max(next_bank_day(helsinki_day(header.approved_at)), run.not_before or date.min)
        # The time of the export is lost. No answer is older than the approval.
        day = max(earliest, _booked_on(proofs))
        if contents.by(Rail.STRIPE):
            queue_transfers(session, run.id, due_at=start_of_day(day))
            forget_comparisons(session, run.county_id)  # Stripe may have made them: compare again
        values = {"sent_at": header.approved_at, "execution_day": day}
        change_run(session, run.id, {"state": RunState.SENT.value, **values})


def _booked_on(proofs: Iterable[Answer]) -> date:
    return max((proof.day for proof in proofs if proof.is_booking and proof.day), default=date.min)
