"""Rows that say whose visits a worker does."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from foundation.database.tables.visit_workers import VisitWorker


def store_assignments(
    session: Session,
    role_grant_id: int,
    choices: Iterable[tuple[int, int, int]],
    *,
    made_by: int | None,
    now: datetime,
) -> None:
    """Let a worker do the visits of choices; each is the ids of the choice, its funding and its county."""
    rows = [
        {
            "choice_id": choice_id,
            "funding_id": funding_id,
            "county_id": county_id,
            "role_grant_id": role_grant_id,
            "made_at": now,
            "made_by": made_by,
        }
        for choice_id, funding_id, county_id in choices
    ]
    if rows:
        session.execute(insert(VisitWorker), rows)


def end_assignments(
    session: Session, role_grant_id: int, choice_ids: Collection[int], *, ended_by: int | None, now: datetime
) -> None:
    """Let a worker no longer do the visits of choices: they are not seen from the next request on."""
    open_ones = (VisitWorker.role_grant_id == role_grant_id) & VisitWorker.ended_at.is_(None)
    chosen = open_ones & VisitWorker.choice_id.in_(list(choice_ids))
    session.execute(update(VisitWorker).where(chosen).values(ended_at=now, ended_by=ended_by))
