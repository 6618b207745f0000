"""Rows of the addresses of remote visits."""

from datetime import date, datetime
from typing import cast

from sqlalchemy import CursorResult, delete, exists
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from clearing.plans.facts.plan import VisitId
from foundation.database.tables.plans import PlanChange, VisitLink


def store_link(
    session: Session, visit: VisitId, address: str, *, funding_id: int, county_id: int, by: int | None,
    now: datetime,
) -> None:  # fmt: skip
    """Store the address of a visit in place of an earlier one."""
    keys = {"choice_id": visit.choice_id, "day": visit.day, "number": visit.number}
    values = {"address": address, "made_at": now, "made_by": by}
    statement = insert(VisitLink).values(**keys, funding_id=funding_id, county_id=county_id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=values))


def delete_link(session: Session, *, choice_id: int, day: date, number: int) -> None:
    """Delete the address of a visit, if it has one."""
    own = (VisitLink.choice_id == choice_id, VisitLink.day == day, VisitLink.number == number)
    session.execute(delete(VisitLink).where(*own))


def delete_dead_links(session: Session, today: date) -> int:
    """Delete the addresses of visits of days that are over, also of moved ones; return how many."""
    is_later = exists().where(
        PlanChange.choice_id == VisitLink.choice_id,
        PlanChange.day == VisitLink.day,
        PlanChange.number == VisitLink.number,
        PlanChange.to_day >= today,
    )
    deleted = session.execute(delete(VisitLink).where(VisitLink.day < today, ~is_later))
    return cast("CursorResult[object]", deleted).rowcount
