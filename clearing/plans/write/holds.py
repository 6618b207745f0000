"""Postings of what choices hold."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clearing.ledger.rules.hold_changes import HoldChange, hold_postings
from clearing.ledger.rules.postings import Event
from clearing.ledger.write.postings import post
from clearing.plans.rules.replanning import HeldPlan
from clearing.plans.rules.stopped_plans import stop_of_plan
from foundation.database.tables.choices import Choice
from foundation.database.tables.plans import FundingToReplan


def move_holds(
    session: Session, county_id: int, funding_id: int, changes: Mapping[int, HoldChange], *, at: datetime
) -> None:
    """Hold so much more for each choice by its id, or release what is negative: releases first.

    The caller has locked the funding.
    """
    postings = [
        posting
        for choice_id, change in sorted(changes.items())
        for posting in hold_postings(county_id, funding_id, choice_id, change)
    ]
    postings.sort(key=lambda posting: posting.event is Event.HOLD)
    if postings:
        post(session, [postings], at=at)


def store_reaches(session: Session, plans: Mapping[int, HeldPlan]) -> None:
    """Store how far the hold of each choice reaches, what stops it, and the client's own share of a unit."""
    for choice_id, plan in plans.items():
        stopped_by, stop = plan.held.stopped_by, stop_of_plan(plan.held)
        values = {
            "lasts_until": plan.lasts_until,
            "stopped_by": None if stopped_by is None else stopped_by.value,
            "own_unit_cents": plan.own_unit_cents,
            "stop_code": None if stop is None else stop.code,
            "stops_on": None if stop is None else stop.from_day,
            **({"stop_found_at": None} if stop is None else {}),
        }
        session.execute(update(Choice).where(Choice.id == choice_id).values(values))


def store_found_at(session: Session, choice_id: int, found_at: datetime | None) -> None:
    """Store since when the client must find another provider; None: not, or not yet."""
    session.execute(update(Choice).where(Choice.id == choice_id).values(stop_found_at=found_at))


def mark(session: Session, funding_id: int) -> None:
    """Mark a funding to be planned again within a minute; the caller has locked it."""
    session.execute(insert(FundingToReplan).values(funding_id=funding_id).on_conflict_do_nothing())


def unmark(session: Session, funding_id: int) -> None:
    """Take away the mark of a funding; the caller has locked it and plans it again."""
    session.execute(delete(FundingToReplan).where(FundingToReplan.funding_id == funding_id))
