"""Make a statement in a dispute: a claim or reply of the client, an answer, or the county's decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.actions.hold_disputed_charge import hold_disputed_charge
from clearing.charges.disputes.actions.apply_agreement import (
    Applied,
    Ending,
    apply_agreement,
    apply_decision,
)
from clearing.charges.disputes.actions.notify_parties import notify_next_party
from clearing.charges.disputes.facts.thread import Act, Party, Statement, Thread, Turn
from clearing.charges.disputes.load.threads import billed_of, thread_of
from clearing.charges.disputes.rules.statements import (
    THREAD_CLOSED,
    THREAD_MOVED,
    is_behind,
    is_same,
    quantity_left,
    turn_after,
    why_not_said,
)
from clearing.charges.disputes.write.threads import open_dispute, set_turn, store_entry
from clearing.charges.load.charge_register import StoredCharge, locked_charge
from clearing.charges.rules.disputes import answer_by
from clearing.ledger.write.audit import record
from foundation.database.failpoints import failpoint
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

DISPUTABLE = ("accepted", "on_hold", "settled")


@dataclass(frozen=True, slots=True)
class _Step:
    """A statement about a locked charge, by whom and when."""

    charge: StoredCharge
    thread: Thread | None
    statement: Statement
    actor: Actor
    now: datetime


def state_in_dispute(
    session: Session,
    charge_id: int,
    statement: Statement,
    *,
    actor: Actor,
    now: datetime,
    after: int | None = None,
) -> Thread | Refusal:
    """Store a statement and apply what it settles; return the dispute as it is then.

    The same statement sent twice is one. `after` is the number of the entry that the sender read last: if
    somebody has written since, the statement is refused with `dispute_moved`. No money moves but by what the
    parties agree on or the county decides. The caller has seen that the actor is of the party.

    Refused with `dispute_closed`, `dispute_not_your_turn`, `dispute_moved`, `dispute_open`,
    `words_missing`, `quantity_missing`, `quantity_not_less`, `no_figure`.
    """
    charge = locked_charge(session, charge_id)
    if charge is None or charge.state not in DISPUTABLE:
        return _replayed(thread_of(session, charge_id), statement, after) or THREAD_CLOSED
    thread, billed = thread_of(session, charge_id), billed_of(session, charge_id, today=helsinki_day(now))
    if (again := _replayed(thread, statement, after)) is not None:
        return again
    if is_behind(thread, after):
        return THREAD_MOVED
    assert billed is not None
    if (refusal := why_not_said(thread, statement, billed)) is not None:
        return refusal
    _said(session, _Step(charge, thread, statement, actor, now))
    found = thread_of(session, charge_id)
    assert found is not None
    return found


def _replayed(thread: Thread | None, statement: Statement, after: int | None) -> Thread | None:
    return thread if is_same(thread, statement, after) else None


def _said(session: Session, step: _Step) -> None:
    """Apply a statement, store its entry and whose turn it is, and leave the mail and the audit row."""
    applied = _applied(session, step)
    failpoint("dispute.after_charge")
    charge, statement, now = step.charge, step.statement, step.now
    day = answer_by(helsinki_day(now))
    if statement.act is Act.CLAIM:
        assert charge.county_id is not None
        open_dispute(
            session,
            county_id=charge.county_id,
            charge_id=charge.id,
            provider_id=charge.provider_id,
            answer_by=day,
            now=now,
        )
    made = None if applied is None else applied.correction_id
    by = step.actor.person_id
    number = store_entry(session, charge.id, statement, by=by, now=now, correction_id=made)
    failpoint("dispute.after_entry")
    turn = turn_after(statement.act)
    if applied is not None and applied.waits:
        turn = Turn.COUNTY
    has_clock = turn in (Turn.PROVIDER, Turn.CLIENT)
    set_turn(session, charge.id, turn, answer_by=day if has_clock else None)
    failpoint("dispute.after_turn")
    notify_next_party(session, charge.id, number, now=now)
    _audit(session, step, number)


def _applied(session: Session, step: _Step) -> Applied | None:
    """Change the charge by what the statement settles; None: it settles nothing yet."""
    statement, thread, charge = step.statement, step.thread, step.charge
    if statement.act is Act.CLAIM:
        hold_disputed_charge(session, charge.id, now=step.now)
        return None
    if turn_after(statement.act) is not Turn.CLOSED or thread is None:
        return None
    apply = apply_decision if statement.party is Party.COUNTY else apply_agreement
    left, why = quantity_left(thread, statement), statement.words or statement.act.value
    return apply(session, charge, Ending(left, thread.last_number + 1, step.actor, step.now, why))


def _audit(session: Session, step: _Step, number: int) -> None:
    statement, charge = step.statement, step.charge
    record(
        session,
        actor=step.actor,
        now=step.now,
        act=f"dispute.{statement.act.value}",
        subject=("charge", charge.id),
        county_id=charge.county_id,
        client_id=charge.client_id,
        why=statement.words,
        detail={
            "entry": number,
            "claim": None if statement.claim is None else statement.claim.value,
            "quantity": statement.quantity,
        },
    )
