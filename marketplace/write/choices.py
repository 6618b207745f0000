"""Rows of choices, and postings of their holds."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from clearing.grants.facts.funding import Funding
from clearing.plans.write.visit_plans import store_patterns
from foundation.database.tables.choices import Choice
from foundation.vocabulary.money import Money
from foundation.vocabulary.roles import Actor
from marketplace.rules.choice_query import OfferingFacts
from marketplace.rules.planning import Plan
from marketplace.rules.replacing_choices import Replaced
from marketplace.rules.wishes import Wish


def store_choice(
    session: Session,
    *,
    funding: Funding,
    offering: OfferingFacts,
    wish: Wish,
    plan: Plan,
    replaced: Replaced | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Store the choice and its plan, and what it replaces; return its id. It holds nothing yet.

    The caller has locked the funding.
    """
    row = Choice(
        county_id=funding.county_id,
        funding_id=funding.id,
        offering_id=offering.id,
        provider_id=offering.provider_id,
        starts_on=wish.starts_on,
        ends_on=wish.ends_on,
        quantity_hundredths=wish.quantity,
        quantity_per_week_hundredths=wish.quantity_per_week,
        planned_cents=plan.planned_cents,
        made_at=now,
        made_by=actor.person_id,
    )
    session.add(row)
    session.flush()
    choice_id = row.id
    visits = wish.visit_plan(choice_id, offering.unit, funding.window)
    store_patterns(session, visits, funding_id=funding.id, county_id=funding.county_id)
    if replaced is not None:
        link_replaced(session, choice_id, replaced)
    return choice_id


def mark_ended(session: Session, choice_id: int, *, last_day: date, undone: bool, now: datetime) -> None:
    """End the choice after its last day; an undone choice counts as never made."""
    values = {"ended_at": now, "ends_on": last_day, **({"withdrawn_at": now} if undone else {})}
    session.execute(update(Choice).where(Choice.id == choice_id).values(values))


def replace_choice(
    session: Session, choice_id: int, *, last_day: date, planned_cents: Money, ended_at: datetime | None
) -> None:
    """Let the choice end on a day because another one follows; `ended_at` if it never began."""
    values = {"ends_on": last_day, "planned_cents": planned_cents, "ended_at": ended_at}
    session.execute(update(Choice).where(Choice.id == choice_id).values(values))


def link_replaced(session: Session, choice_id: int, old: Replaced) -> None:
    """Record which choice this one replaces, and what the change took from it."""
    values = {
        "replaces_id": old.id,
        "replaced_ends_on": old.was_ends_on,
        "replaced_planned_cents": old.was_planned_cents,
        "replaced_held_cents": old.freed_cents,
        "replaced_held_hundredths": old.freed_quantity,
    }
    session.execute(update(Choice).where(Choice.id == choice_id).values(values))


def restore_replaced(session: Session, old: Replaced) -> None:
    """Give a replaced choice back its days and its plan."""
    values = {"ends_on": old.was_ends_on, "planned_cents": old.was_planned_cents, "ended_at": None}
    session.execute(update(Choice).where(Choice.id == old.id).values(values))


def shorten(session: Session, choice_id: int, *, last_day: date) -> None:
    """Let the choice end on a future day; its hold stays until then."""
    session.execute(update(Choice).where(Choice.id == choice_id).values(ends_on=last_day))
