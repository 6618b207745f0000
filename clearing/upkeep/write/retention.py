"""Removing data whose time is over, and counting what was removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from clearing.upkeep.facts.kinds_of_data import Kind
from clearing.upkeep.facts.removals import REMOVALS
from foundation.database.tables.upkeep import RetentionCount


def remove_as_of(session: Session, today: date) -> None:
    """Tell the database the day of this transaction's removals: its clock is not ours when that is set."""
    session.execute(text("SELECT set_config('omatori.today', :day, true)"), {"day": today.isoformat()})


def remove_rows(session: Session, kind: Kind, keys: Sequence[int], *, today: date) -> None:
    """Remove the rows of a kind with these keys, and what belongs to them, unless they are held today.

    Raises:
        sqlalchemy.exc.DBAPIError: An appeal or dispute of a client was opened since the keys were read. The
            database refuses it, and the next run leaves the row.
    """
    remove_as_of(session, today)
    for statement in REMOVALS[kind].statements:
        session.execute(text(statement), {"ids": list(keys)})


def store_count(session: Session, kind: Kind, *, removed: int, held: int, now: datetime) -> None:
    """Store what a run has removed and left."""
    row = {"ran_at": now, "kind": kind.value, "removed": removed, "held": held}
    session.execute(insert(RetentionCount).values(row))
