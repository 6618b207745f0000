"""Answer a charge as its client: it is right, or it is not; and reply to the provider's answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.disputes.actions.state_in_dispute import state_in_dispute
from clearing.charges.disputes.facts.thread import Act, Claim, Statement, Thread, Turn
from clearing.charges.disputes.load.threads import thread_of
from clearing.charges.disputes.rules.statements import THREAD_CLOSED, is_same
from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.charges import MyCharge
from marketplace.load.mandates import may_confirm
from marketplace.rules.refusals import CHARGE_NOT_OPEN, MANDATE_MISSING
from marketplace.write.charge_answers import store_answer

ANSWERABLE = ("accepted", "on_hold", "settled")


def confirm_charge(session: Session, *, charge: MyCharge, actor: Actor, now: datetime) -> Refusal | None:
    """Say that the charge is right; an open dispute of it ends. Refused with `mandate_missing`,
    `charge_not_open`.
    """
    if (refusal := _why_not_answered(session, charge, actor, now)) is not None:
        return refusal
    thread = thread_of(session, charge.id)
    if thread is not None and thread.turn is not Turn.CLOSED:
        ended = state_in_dispute(session, charge.id, Statement(Act.TAKE_BACK), actor=actor, now=now)
        if isinstance(ended, Refusal):
            return CHARGE_NOT_OPEN
    _store(session, charge, "confirmed", "", actor, now)
    return None


def dispute_charge(
    session: Session,
    *,
    charge: MyCharge,
    why: str,
    actor: Actor,
    now: datetime,
    claim: Claim = Claim.OTHER,
    quantity: Quantity | None = None,
) -> Refusal | None:
    """Say that the charge is not right, what is wrong and what would be right; all parties read it.

    Before settlement the charge then waits, and its money is free meanwhile (R-34). The same words sent
    twice are one dispute. Refused with `mandate_missing`, `charge_not_open`, and as `state_in_dispute`.
    """
    if (refusal := _why_not_answered(session, charge, actor, now)) is not None:
        return refusal
    statement = Statement(Act.CLAIM, why, claim, quantity)
    earlier = thread_of(session, charge.id)
    thread = state_in_dispute(session, charge.id, statement, actor=actor, now=now)
    if isinstance(thread, Refusal):
        return CHARGE_NOT_OPEN if thread == THREAD_CLOSED else thread
    if not is_same(earlier, statement, None):
        _store(session, charge, "disputed", why, actor, now)
    return None


def reply_to_answer(
    session: Session,
    *,
    charge: MyCharge,
    accept: bool,
    words: str,
    after: int | None,
    actor: Actor,
    now: datetime,
) -> Thread | Refusal:
    """Accept the provider's answer, or leave the matter to the county. Refused with `mandate_missing`, and as
    `state_in_dispute`.
    """
    if not may_confirm(session, actor, charge.client_id, helsinki_day(now), charge.funding_id):
        return MANDATE_MISSING
    reply = Statement(Act.ACCEPT if accept else Act.NOT_ACCEPT, words)
    return state_in_dispute(session, charge.id, reply, actor=actor, now=now, after=after)


def _why_not_answered(session: Session, charge: MyCharge, actor: Actor, now: datetime) -> Refusal | None:
    if not may_confirm(session, actor, charge.client_id, helsinki_day(now), charge.funding_id):
        return MANDATE_MISSING
    return None if charge.state in ANSWERABLE else CHARGE_NOT_OPEN


def _store(session: Session, charge: MyCharge, answer: str, why: str, actor: Actor, now: datetime) -> None:
    store_answer(
        session, county_id=charge.county_id, charge_id=charge.id, answer=answer, why=why, actor=actor, now=now
    )
    record(
        session,
        actor=actor,
        now=now,
        act="charge.confirm" if answer == "confirmed" else "charge.dispute",
        subject=("charge", charge.id),
        county_id=charge.county_id,
        client_id=charge.client_id,
        why=why,
    )
