"""Another person approves a payment run: what was frozen becomes owed, and may be sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.payments.actions.leave_out_changed import lock_money_of, lock_prepared, payees_changed
from clearing.payments.actions.prove_run import proven
from clearing.payments.load.dues import frozen_as_prepared, pays_returns_uploaded_by
from clearing.payments.load.payment_runs import RunContents, run_header
from clearing.payments.load.proof_runs import prove_approved
from clearing.payments.load.stops import why_stopped
from clearing.payments.rules.settling import RunRefusalCode, RunState, why_not_approved
from clearing.payments.write.payments import change_run
from clearing.payments.write.settlements import (
    post_settlements,
    settle_balances,
)
from foundation.database.failpoints import failpoint
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def approve_payment_run(
    session: Session, run_id: int, seen_hash: str, *, actor: Actor, now: datetime
) -> RunContents | Refusal:
    """Approve the run whose hash was seen; charged becomes payable. A run that pays nothing is closed.

    Refused with `role_forbidden`, `other_county`, `same_person`, `run_not_in_state`, `hash_differs`,
    `return_uploaded_by_approver` (the run pays what an answer of this person made payable again),
    `run_changed` (a charge or a payee is not what it was when the run was prepared; `leave_out_changed` is
    the next step), `settlement_frozen` (this is a restored copy, and the bank has not named the run),
    `books_check_failed`, `books_differ`.
    """
    contents = lock_prepared(session, run_id)
    if contents is None:
        return Refusal(RunRefusalCode.WRONG_STATE)
    if refusal := why_not_approved(contents.run, actor, seen_hash, contents.hash()):
        return refusal
    if actor.person_id is not None and pays_returns_uploaded_by(
        session, run_id, contents.run.county_id, actor.person_id
    ):
        return Refusal(RunRefusalCode.UPLOADED_RETURN)
    stopped = why_stopped(session, contents.run.county_id)
    if stopped is not None and not (stopped is RunRefusalCode.FROZEN and contents.run.file_elsewhere):
        return Refusal(stopped)
    lock_money_of(session, run_id)
    failpoint("settle.approve.after_locks")
    if not frozen_as_prepared(session, run_id) or payees_changed(session, contents, now):
        return Refusal(RunRefusalCode.CHANGED)
    refusal = proven(
        session,
        lambda: _settle(session, contents, seen_hash, actor, now),
        lambda _: prove_approved(session, run_id),
    )
    if refusal is not None:
        return refusal
    header = run_header(session, run_id)
    assert header is not None
    return replace(contents, header=header)


def _settle(session: Session, contents: RunContents, run_hash: str, actor: Actor, now: datetime) -> None:
    run = contents.run
    post_settlements(session, run_id=run.id, county_id=run.county_id, at=now)
    failpoint("settle.approve.after_postings")
    settle_balances(session, run.id)
    failpoint("settle.approve.after_balances")
    _mark_approved(session, contents, run_hash, actor, now)
    failpoint("settle.approve.after_run")


def _mark_approved(
    session: Session, contents: RunContents, run_hash: str, actor: Actor, now: datetime
) -> None:
    change_run(
        session,
        contents.run.id,
        {
            "state": RunState.APPROVED.value if contents.payments else RunState.CLOSED.value,
            "approved_at": now,
            "approved_by": actor.person_id,
            "approved_hash": run_hash,
            "closed_at": None if contents.payments else now,
        },
    )
    record(
        session,
        actor=actor,
        now=now,
        act="payment_run.approve",
        subject=("payment_run", contents.run.id),
        county_id=contents.run.county_id,
        detail={"hash": run_hash, "count": len(contents.payments), "sum_cents": contents.sum_cents},
    )
