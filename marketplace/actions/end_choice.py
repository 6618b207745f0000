"""End a choice and release its hold; within the undo days it counts as never made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.load.balances import lock_balances
from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, Actor
from marketplace.load.choices import MyChoice, choice_by_id
from marketplace.load.mandates import may_choose
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.write.choices import mark_ended, move_hold


@dataclass(frozen=True, slots=True)
class Ended:
    """The result of ending a choice. If `undone`, it counts as never made."""

    released_cents: Money
    undone: bool
    last_day: date


def end_choice(
    session: Session, *, choice: MyChoice, actor: Actor, now: datetime, last_day: date | None = None
) -> Ended | Refusal:
    """End the choice today, or after a later `last_day`; charges for days up to then stay possible.

    Under its funding's lock. A choice ended today is undone (no right to charge at all) when it was made at
    most 7 days ago and nothing has been charged on it. Refused with `mandate_missing`.
    """
    day = helsinki_day(now)
    if actor.role in CLIENT_ROLES and not may_choose(session, actor, choice.client_id, day):
        return MANDATE_MISSING
    lock_balances(session, [choice.funding_id])
    current = choice_by_id(session, choice.id)
    assert current is not None
    if current.ended_at is not None:
        return Ended(Money(0), current.withdrawn_at is not None, current.ends_on or day)
    last_day = max(day, last_day or day)
    undone = last_day == day and current.can_undo(day)
    last_day = min(last_day, current.ends_on or last_day)
    move_hold(
        session,
        current.county_id,
        current.funding_id,
        current.id,
        Money(-current.held_cents),
        at=now,
    )
    mark_ended(session, current.id, last_day=last_day, undone=undone, now=now)
    _record(session, current, "choice.undo" if undone else "choice.end", actor, now)
    return Ended(current.held_cents, undone, last_day)


def _record(session: Session, choice: MyChoice, act: str, actor: Actor, now: datetime) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("choice", choice.id),
        county_id=choice.county_id,
        client_id=choice.client_id,
        detail={"voucher": choice.voucher, "released_cents": choice.held_cents},
    )
