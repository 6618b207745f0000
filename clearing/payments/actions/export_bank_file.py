"""Send an approved run: a file for the bank, and the payments by Stripe into the queue of calls."""

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
from clearing.payments.rules.bank_days import next_bank_day
from clearing.payments.rules.settling import (
    RunRefusalCode,
    RunState,
    batch_id,
    message_id,
    why_not_sent,
)
from clearing.payments.rules.stripe_payees import Rail
from clearing.payments.write.payments import change_run, mark_sent, post_sent, store_advices
from clearing.payments.write.stripe_calls import queue_transfers
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day, start_of_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def export_bank_file(session: Session, run_id: int, *, actor: Actor, now: datetime) -> bytes | Refusal:
    """Return the run's pain.001 file; the run is sent first, as by `send_run`.

    Sending sets the day of execution: the next bank day. The caller sends the bytes after its
    commit; if they are lost on the way, exporting again gives the same, also when that day is past: a file
    with another day could be paid beside the first one (docs/decisions/0101).
    Refused as `send_run`, and with `nothing_by_bank` if all of the run is paid by Stripe.
    """
    contents = lock_run(session, run_id)
    if contents is not None and contents.payments and not contents.by(Rail.BANK):
        return Refusal(RunRefusalCode.NOTHING_BY_BANK)
    sent = send_run(session, run_id, actor=actor, now=now)
    if isinstance(sent, Refusal):
        return sent
    _audit(session, "payment_run.export", sent, actor, now)
    return bank_file_of(sent)


def send_run(session: Session, run_id: int, *, actor: Actor, now: datetime) -> RunContents | Refusal:
    """Send an approved run by both rails; sending it again moves nothing. Return the run.

    payable → transit for every payment. Those by Stripe are queued for the day of execution
    (`send_stripe_calls`). Refused with `role_forbidden`, `other_county`, `run_not_in_state`, `hash_differs`,
    `settlement_frozen` (this is a restored copy), `file_from_other_book`, `books_check_failed`,
    `nothing_to_pay`, `books_differ`.
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
    if contents.run.state is RunState.APPROVED:
        refusal = proven(
            session,
            lambda: _send(session, contents, now),
            lambda _: prove_sent(session, run_id, contents.sum_cents),
        )
        if refusal is not None:
            return refusal
        _audit(session, "payment_run.send", contents, actor, now)
    header = run_header(session, run_id)
    assert header is not None
    return replace(contents, header=header)


def _audit(session: Session, act: str, contents: RunContents, actor: Actor, now: datetime) -> None:
    run = contents.run
    record(session, actor=actor, now=now, act=act, subject=("payment_run", run.id), county_id=run.county_id)


def bank_file_of(contents: RunContents) -> bytes:
    """Return the file of a sent run's payments by bank, made only from what was approved and the day set."""
    header, run = contents.header, contents.run
    assert header.approved_at is not None
    assert header.execution_day is not None
    file = BankFile(
        message_id=message_id(run.county_code, run.id),
        batch_id=batch_id(run.county_code, run.id),
        made_at=header.approved_at,
        execution_day=header.execution_day,
        payer=Payer(header.payer_name, header.payer_iban, header.payer_bic, Letters(header.payer_letters)),
        count=len(contents.by(Rail.BANK)),
        sum_cents=contents.sum_by(Rail.BANK),
    )
    return render(file, (payment.line for payment in contents.by(Rail.BANK)))


def _send(session: Session, contents: RunContents, now: datetime) -> None:
    run = contents.run
    post_sent(session, run.id, at=now)
    failpoint("settle.export.after_postings")
    mark_sent(session, run.id)
    failpoint("settle.export.after_payments")
    store_advices(session, run.id, now=now)
    failpoint("settle.export.after_outbox")
    day = max(next_bank_day(helsinki_day(now)), run.not_before or date.min)
    queue_transfers(session, run.id, due_at=start_of_day(day))
    failpoint("settle.export.after_calls")
    change_run(session, run.id, {"state": RunState.SENT.value, "sent_at": now, "execution_day": day})
    failpoint("settle.export.after_run")
