"""The preparer takes a provider's payment out of a run before it is approved, or puts it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.payments.actions.prepare_payment_run import why_due_waits
from clearing.payments.load.dues import dues_of_run
from clearing.payments.load.payment_runs import RunContents, lock_run, run_contents
from clearing.payments.rules.payouts import Due
from clearing.payments.rules.settling import PREPARERS, Run, RunRefusalCode, RunState, why_not_by
from clearing.payments.write.payments import drop_prepared_payments, store_payments
from clearing.payments.write.settlements import set_waiting
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def hold_settlement(
    session: Session, run_id: int, settlement_id: int, *, hold: bool, why: str, actor: Actor, now: datetime
) -> RunContents | Refusal:
    """Hold one settlement's money back from the run, or release it; the run's hash changes.

    Only the preparer may: one person decides what is to be sent, and another approves it. Refused with
    `role_forbidden`, `other_county`, `not_preparer`, `run_not_in_state`, `settlement_not_in_run`.
    """
    contents = lock_run(session, run_id)
    if contents is None or contents.run.state is not RunState.PREPARED:
        return Refusal(RunRefusalCode.WRONG_STATE)
    if refusal := why_not_by(actor, PREPARERS, contents.run.county_id):
        return refusal
    if actor.person_id != contents.run.prepared_by:
        return Refusal(RunRefusalCode.NOT_PREPARER)
    due = dues_of_run(session, run_id, contents.run.county_id).get(settlement_id)
    if due is None:
        return Refusal(RunRefusalCode.NOT_IN_RUN)
    _replace_payment(session, contents.run, settlement_id, due, hold, now)
    act = "payment_run.hold" if hold else "payment_run.release"
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("payment_run", run_id),
        county_id=contents.run.county_id,
        why=why,
        detail={"settlement_id": settlement_id},
    )
    changed = run_contents(session, run_id)
    assert changed is not None
    return changed


def _replace_payment(
    session: Session, run: Run, settlement_id: int, due: Due, hold: bool, now: datetime
) -> None:
    drop_prepared_payments(session, run_id=run.id, settlement_id=settlement_id)
    reason = why_due_waits(due, now, held_by_officer=hold)
    set_waiting(session, {settlement_id: reason})
    paid = {settlement_id: due} if reason is None else {}
    store_payments(session, run_id=run.id, county_id=run.county_id, county_code=run.county_code, dues=paid)
