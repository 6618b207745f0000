"""Export an approved run as a file for the bank: the same bytes however often and by whomever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.payments.actions.prove_run import proven
from clearing.payments.gateways.bank_file import BankFile, Payer, render
from clearing.payments.gateways.sepa_text import Letters
from clearing.payments.load.payment_runs import RunContents, lock_run, run_header
from clearing.payments.load.proof_runs import prove_sent
from clearing.payments.load.stops import why_stopped
from clearing.payments.rules.payouts import next_bank_day
from clearing.payments.rules.settling import (
    RunRefusalCode,
    RunState,
    batch_id,
    message_id,
    why_not_sent,
)
from clearing.payments.write.payments import change_run, mark_sent, post_sent, store_advices
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def export_bank_file(session: Session, run_id: int, *, actor: Actor, now: datetime) -> bytes | Refusal:
    """Return the run's pain.001 file. The first export moves payable → transit; later ones move nothing.

    The first export sets the day of execution: the next bank day. The caller sends the bytes after its
    commit; if they are lost on the way, exporting again gives the same, also when that day is past: a file
    with another day could be paid beside the first one (docs/decisions/0101).
    Refused with `role_forbidden`, `other_county`, `run_not_in_state`, `hash_differs`, `settlement_frozen`
    (this is a restored copy), `books_check_failed`, `nothing_to_pay`, `books_differ`.
    """
    contents = lock_run(session, run_id)
    if contents is None:
        return Refusal(RunRefusalCode.WRONG_STATE)
    if refusal := why_not_sent(contents.run, actor, contents.hash()):
        return refusal
    if (stopped := why_stopped(session, contents.run.county_id)) is not None:
        return Refusal(stopped)
    if not contents.payments:
        return Refusal(RunRefusalCode.NOTHING_TO_PAY)
    if contents.run.state is RunState.APPROVED and (
        refusal := proven(
            session,
            lambda: _send(session, contents, now),
            lambda _: prove_sent(session, run_id, contents.sum_cents),
        )
    ):
        return refusal
    record(
        session,
        actor=actor,
        now=now,
        act="payment_run.export",
        subject=("payment_run", run_id),
        county_id=contents.run.county_id,
    )
    header = run_header(session, run_id)
    assert header is not None
    return bank_file_of(replace(contents, header=header))


def bank_file_of(contents: RunContents) -> bytes:
    """Return the file of a sent run, made only from what was approved and the day that was set."""
    header, run = contents.header, contents.run
    assert header.approved_at is not None
    assert header.execution_day is not None
    file = BankFile(
        message_id=message_id(run.county_code, run.id),
        batch_id=batch_id(run.county_code, run.id),
        made_at=header.approved_at,
        execution_day=header.execution_day,
        payer=Payer(header.payer_name, header.payer_iban, header.payer_bic, Letters(header.payer_letters)),
        count=len(contents.payments),
        sum_cents=contents.sum_cents,
    )
    return render(file, (payment.line for payment in contents.payments))


def _send(session: Session, contents: RunContents, now: datetime) -> None:
    run = contents.run
    post_sent(session, run.id, at=now)
    failpoint("settle.export.after_postings")
    mark_sent(session, run.id)
    failpoint("settle.export.after_payments")
    store_advices(session, run.id, now=now)
    failpoint("settle.export.after_outbox")
    day = max(next_bank_day(helsinki_day(now)), run.not_before or date.min)
    change_run(session, run.id, {"state": RunState.SENT.value, "sent_at": now, "execution_day": day})
    failpoint("settle.export.after_run")
