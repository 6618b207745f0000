"""What the rules of keeping data would remove, and what they have removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from clearing.upkeep.facts.kinds_of_data import Kind
from clearing.upkeep.facts.removals import REMOVALS
from clearing.upkeep.rules.retention_rules import Period
from foundation.database.tables.upkeep import RetentionCount

_HELD = "d.client_id IS NOT NULL AND client_is_held(d.client_id, :today)"


@dataclass(frozen=True, slots=True)
class DueRows:
    """How many rows of a kind are due, and how many stay because an appeal or dispute is open."""

    due: int
    held: int


@dataclass(frozen=True, slots=True)
class LastRemoval:
    """The last run for a kind, and how many rows it removed and left."""

    ran_at: datetime
    removed: int
    held: int


def due_rows(session: Session, kind: Kind, period: Period, today: date) -> DueRows:
    """Count the rows of a kind whose last day is over."""
    counts = f"SELECT count(*) FILTER (WHERE NOT ({_HELD})), count(*) FILTER (WHERE {_HELD})"
    query = text(f"{counts} FROM ({REMOVALS[kind].due}) d")
    return DueRows(*session.execute(query, _values(period, today)).one())


def due_keys(session: Session, kind: Kind, period: Period, today: date, *, most: int) -> Sequence[int]:
    """Return the keys of at most `most` such rows that may be removed, the smallest first."""
    found = f"SELECT d.id FROM ({REMOVALS[kind].due}) d WHERE NOT ({_HELD}) ORDER BY d.id LIMIT :most"  # noqa: S608
    return session.scalars(text(found), _values(period, today) | {"most": most}).all()


def _values(period: Period, today: date) -> dict[str, object]:
    return {"months": period.months, "days": period.days, "today": today}


def last_removals(session: Session) -> dict[str, LastRemoval]:
    """Return the last run for each kind that has had one."""
    newest = select(func.max(RetentionCount.id)).group_by(RetentionCount.kind)
    rows = session.scalars(select(RetentionCount).where(RetentionCount.id.in_(newest)))
    return {row.kind: LastRemoval(row.ran_at, row.removed, row.held) for row in rows}
