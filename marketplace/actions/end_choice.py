"""End a choice and release its hold except for visits given; within the undo days it counts as never made.

The undo of a change gives the replaced choice back its days, its plan and its hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.grants.load.fundings import fundings
from clearing.ledger.load.balances import lock_balances
from clearing.ledger.write.audit import record
from clearing.plans.actions.replan_holds import replan_holds
from clearing.plans.facts.visits import Held
from clearing.plans.load.funding_plans import funding_plans
from clearing.plans.rules.replanning import hold_plans
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import NO_UNITS, Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, Actor
from marketplace.load.choices import MyChoice, choice_by_id
from marketplace.load.mandates import may_choose
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.rules.replacing_choices import Replaced, ended_plan
from marketplace.write.choices import mark_ended, restore_replaced


@dataclass(frozen=True, slots=True)
class Ended:
    """The result of ending a choice. If `undone`, it counts as never made.

    `restored` is whether the choice that it had replaced is again as it was.
    """

    released_cents: Money
    undone: bool
    last_day: date
    restored: bool = False


def end_choice(session: Session, *, choice: MyChoice, actor: Actor, now: datetime) -> Ended | Refusal:
    """End the choice today; charges for days up to today stay possible, and their money stays held.

    Under its funding's lock. It is undone (no right to charge at all) if `MyChoice.can_undo` says so. Refused
    with `mandate_missing`.
    """
    day = helsinki_day(now)
    if actor.role in CLIENT_ROLES and not may_choose(
        session, actor, choice.client_id, day, choice.funding_id
    ):
        return MANDATE_MISSING
    lock_balances(session, [choice.funding_id])
    current = choice_by_id(session, choice.id)
    assert current is not None
    if current.ended_at is not None:
        return Ended(Money(0), current.withdrawn_at is not None, current.ends_on or day)
    undone, last_day = current.can_undo(day), min(day, current.ends_on or day)
    old = current.restored_by_undo if undone else None
    mark_ended(session, current.id, last_day=last_day, undone=undone, now=now)
    if old is not None:
        restore_replaced(session, old)
    planned = replan_holds(session, current.funding_id, now=now)
    kept = planned[current.id].held.cents if current.id in planned else 0
    released = Money(current.held_cents - kept)
    _record(session, current, "choice.undo" if undone else "choice.end", released, old, actor, now)
    return Ended(released, undone, last_day, restored=old is not None)


def kept_after_end(session: Session, choice: MyChoice, now: datetime) -> Held:
    """Return what stays held if the choice ends today: visits given that may still be charged."""
    day = helsinki_day(now)
    if choice.can_undo(day):
        return Held(Money(0), NO_UNITS, 0)
    funding = fundings(session, [choice.funding_id], lock=False)[choice.funding_id]
    found = funding_plans(session, funding, day)
    plans = [ended_plan(chosen, choice.id, min(day, choice.ends_on or day)) for chosen in found.plans]
    return hold_plans(plans, funding, day, found.late_days)[choice.id].held


def _record(
    session: Session, choice: MyChoice, act: str, released: Money, restored: Replaced | None, actor: Actor,
    now: datetime,
) -> None:  # fmt: skip
    again = {"restored_choice": restored.id, "held_cents": restored.freed_cents} if restored else {}
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("choice", choice.id),
        county_id=choice.county_id,
        client_id=choice.client_id,
        detail={"voucher": choice.voucher, "released_cents": released, **again},
    )
