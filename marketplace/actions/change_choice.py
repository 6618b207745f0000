"""Change a choice: the old one ends as the new one begins, or nothing changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.grants.load.fundings import fundings
from clearing.ledger.load.balances import lock_balances
from clearing.ledger.write.audit import record
from clearing.plans.load.funding_plans import funding_plans
from clearing.plans.rules.replanning import hold_plans
from foundation.vocabulary.dates import ONE_DAY, helsinki_day
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import CLIENT_ROLES, Actor
from marketplace.actions.choose_offering import Chosen, Instead, choose_offering
from marketplace.load.choices import MyChoice, choice_by_id, planned_money_of
from marketplace.load.mandates import may_choose
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.rules.replacing_choices import (
    Replaced,
    Replacing,
    last_day_of_replaced,
    shortened,
    shortened_plan,
)
from marketplace.rules.wishes import Wish
from marketplace.write.choices import replace_choice


def change_choice(
    session: Session, *, choice: MyChoice, offering_id: int, wish: Wish, actor: Actor, now: datetime
) -> Chosen | Refusal:
    """End the choice the day before the new one begins, and make the new one with the money that comes free.

    The old one keeps its hold for its visits until its last day. If the new one is refused, the old one stays
    as it was. Undoing the new one restores the old one (`end_choice`).
    """
    with session.begin_nested() as savepoint:
        changed = _replace(session, choice, offering_id, wish, actor, now)
        if isinstance(changed, Refusal):
            savepoint.rollback()
            session.expire_all()
    return changed


def _replace(
    session: Session, choice: MyChoice, offering_id: int, wish: Wish, actor: Actor, now: datetime
) -> Chosen | Refusal:
    if actor.role in CLIENT_ROLES and not may_choose(
        session, actor, choice.client_id, helsinki_day(now), choice.funding_id
    ):
        return MANDATE_MISSING
    lock_balances(session, [choice.funding_id])
    old = choice_by_id(session, choice.id)
    assert old is not None
    change = replacing(session, old, wish.starts_on, now) if old.is_live(helsinki_day(now)) else None
    instead = None if change is None else Instead(_shorten(session, old, change, actor, now), change)
    return choose_offering(
        session,
        funding_id=old.funding_id,
        offering_id=offering_id,
        wish=wish,
        actor=actor,
        now=now,
        only_once=offering_id != old.offering_id,
        instead=instead,
    )


def _shorten(session: Session, old: MyChoice, change: Replacing, actor: Actor, now: datetime) -> Replaced:
    last_day, freed = change.last_day, change.freed_cents
    ended_at = now if last_day < old.starts_on else None
    replace_choice(
        session, old.id, last_day=last_day, planned_cents=change.keeps.planned_cents, ended_at=ended_at
    )
    _record(session, old, last_day, freed, actor, now)
    return Replaced(
        id=old.id,
        provider=old.provider,
        ends_on=last_day,
        ended_at=ended_at,
        was_ends_on=old.ends_on,
        was_planned_cents=old.planned_cents,
        freed_cents=freed,
        freed_quantity=change.freed_quantity,
    )


def _record(
    session: Session, old: MyChoice, last_day: date, freed: Money, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act="choice.end",
        subject=("choice", old.id),
        county_id=old.county_id,
        client_id=old.client_id,
        detail={
            "voucher": old.voucher,
            "released_cents": freed,
            "last_day": last_day.isoformat(),
        },
    )


def replacing(session: Session, old: MyChoice, starts_on: date, now: datetime) -> Replacing:
    """Return what becomes of a choice if another one replaces it from a day on, without writing anything."""
    today = helsinki_day(now)
    last_day = last_day_of_replaced(today, starts_on, old.ends_on)
    through = min(last_day, starts_on - ONE_DAY)
    funding = fundings(session, [old.funding_id], lock=False)[old.funding_id]
    keeps = shortened(planned_money_of(session, old, today), through)
    change = Replacing(old.id, last_day, through, keeps, Money(0))
    found = funding_plans(session, funding, today)
    plans = [shortened_plan(chosen, change) for chosen in found.plans]
    held = hold_plans(plans, funding, today, found.late_days)[old.id].held
    return replace(
        change,
        keeps=replace(keeps, held_cents=held.cents),
        freed_cents=Money(max(0, old.held_cents - held.cents)),
        freed_quantity=Quantity(max(0, old.held_quantity - held.quantity)),
    )
