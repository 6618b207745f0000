"""An approved run as a file for the bank: the same bytes however often and by whomever it is taken."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.payments.actions.prove_run import proven
from clearing.payments.gateways.bank_file import BankFile, Payer, render
from clearing.payments.load.payment_runs import RunContents, lock_run
from clearing.payments.load.proof_runs import prove_sent
from clearing.payments.rules.settling import (
    RunRefusal,
    RunRefusedError,
    RunState,
    batch_id,
    message_id,
    why_not_sent,
)
from clearing.payments.write.payments import change_run, mark_sent, post_sent, store_advices
from foundation.database.failpoints import failpoint
from foundation.vocabulary.roles import Actor


def export_bank_file(session: Session, run_id: int, *, actor: Actor, now: datetime) -> bytes:
    """The run's pain.001 file. The first export moves payable → transit; later ones move nothing.

    The bytes leave the house after the caller's commit; if they are lost on the way, exporting again gives
    the same. Raises RunRefusedError: `role_forbidden`, `other_county`, `run_not_in_state`, `hash_differs`,
    `nothing_to_pay`, `books_differ`.
    """
    contents = lock_run(session, run_id)
    if contents is None:
        raise RunRefusedError(RunRefusal.WRONG_STATE)
    if refused := why_not_sent(contents.run, actor, contents.hash()):
        raise RunRefusedError(refused)
    if not contents.payments:
        raise RunRefusedError(RunRefusal.NOTHING_TO_PAY)
    if contents.run.state is RunState.APPROVED:
        with proven(session, lambda: prove_sent(session, run_id, contents.sum_cents)):
            _send(session, contents, now)
    record(
        session,
        actor=actor,
        now=now,
        act="payment_run.export",
        subject=("payment_run", run_id),
        county_id=contents.run.county_id,
    )
    return bank_file_of(contents)


def bank_file_of(contents: RunContents) -> bytes:
    """The file of an approved run; made only from what was approved."""
    header, run = contents.header, contents.run
    assert header.approved_at is not None
    assert header.execution_day is not None
    file = BankFile(
        message_id=message_id(run.county_code, run.id),
        batch_id=batch_id(run.county_code, run.id),
        made_at=header.approved_at,
        execution_day=header.execution_day,
        payer=Payer(header.payer_name, header.payer_iban, header.payer_bic),
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
    change_run(session, run.id, {"state": RunState.SENT.value, "sent_at": now})
    failpoint("settle.export.after_run")
