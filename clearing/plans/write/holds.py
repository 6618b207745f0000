"""Postings of what choices hold."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from clearing.ledger.rules.hold_changes import HoldChange
from clearing.ledger.rules.postings import Account, Event, Posting
from clearing.ledger.write.postings import post
from clearing.plans.rules.replanning import HeldPlan
from clearing.plans.rules.stopped_plans import stop_of_plan
from foundation.database.tables.choices import Choice
from foundation.database.tables.plans import FundingToReplan
from foundation.vocabulary.money import Money, Quantity


def move_holds(
    session: Session, county_id: int, funding_id: int, changes: Mapping[int, HoldChange], *, at: datetime
) -> None:
    """Hold so much more for each choice by its id, or release what is negative: releases first.

    The caller has locked the funding.
    """
    postings = [
        posting
        for sign in (-1, 1)
        for choice_id, change in sorted(changes.items())
        for posting in _posting(county_id, funding_id, choice_id, change, sign)
    ]
    if postings:
        post(session, [postings], at=at)


def _posting(county_id: int, funding_id: int, choice_id: int, change: HoldChange, sign: int) -> list[Posting]:
    """Return the posting of what is held (sign 1) or released (-1) by a change, if anything is."""
    cents, quantity = max(sign * change.cents, 0), max(sign * change.hundredths, 0)
    if not (cents or quantity):
        return []
    hold = sign > 0
    return [
        Posting(
            county_id=county_id,
            event=Event.HOLD if hold else Event.RELEASE,
            from_account=Account.FREE if hold else Account.HELD,
            to_account=Account.HELD if hold else Account.FREE,
            amount_cents=Money(cents),
            funding_id=funding_id,
            choice_id=choice_id,
            quantity_hundredths=Quantity(quantity),
        )
    ]


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


def unmark(session: Session, funding_id: int) -> None:
    """Take away the mark of a funding; the caller has locked it and plans it again."""
    session.execute(delete(FundingToReplan).where(FundingToReplan.funding_id == funding_id))
