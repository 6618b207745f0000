"""Admit or refuse a held charge, and end its dispute with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.actions.judge_held_charge import admit_charge, refuse_charge
from clearing.charges.disputes.facts.thread import Act, Statement, Turn
from clearing.charges.disputes.load.threads import thread_of
from clearing.charges.disputes.rules.statements import NOTHING
from clearing.charges.disputes.write.threads import set_turn, store_entry
from clearing.charges.load.charge_register import StoredCharge, locked_charge
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor


def admit_held(
    session: Session, charge_id: int, *, why: str, actor: Actor, now: datetime
) -> StoredCharge | Refusal:
    """Admit a charge on hold as it is (`admit_charge`); an open dispute is decided with these words."""
    return _judge(session, charge_id, Statement(Act.DECIDE, why), actor, now)


def refuse_held(
    session: Session, charge_id: int, *, why: str, actor: Actor, now: datetime
) -> StoredCharge | Refusal:
    """Refuse a charge on hold for good (`refuse_charge`); an open dispute is decided with these words."""
    return _judge(session, charge_id, Statement(Act.DECIDE, why, quantity=NOTHING), actor, now)


def _judge(
    session: Session, charge_id: int, decision: Statement, actor: Actor, now: datetime
) -> StoredCharge | Refusal:
    locked_charge(session, charge_id)
    thread = thread_of(session, charge_id)
    judge = admit_charge if decision.quantity is None else refuse_charge
    judged = judge(session, charge_id, why=decision.words, actor=actor, now=now)
    if isinstance(judged, Refusal) or thread is None or thread.turn is Turn.CLOSED:
        return judged
    store_entry(session, charge_id, decision, by=actor.person_id, now=now)
    set_turn(session, charge_id, Turn.CLOSED, answer_by=None)
    return judged
