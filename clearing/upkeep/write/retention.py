"""Removing data whose time is over, and counting what was removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from clearing.upkeep.facts.kinds_of_data import Kind
from clearing.upkeep.facts.removals import REMOVALS
from foundation.database.tables.upkeep import RetentionCount


def remove_rows(session: Session, kind: Kind, keys: Sequence[int]) -> None:
    """Remove the rows of a kind with these keys, and what belongs to them.

    Raises:
        sqlalchemy.exc.DBAPIError: An appeal or dispute of a client was opened since the keys were read. The
            database refuses it, and the next run leaves the row.
    """
    for statement in REMOVALS[kind].statements:
        session.execute(text(statement), {"ids": list(keys)})


def store_count(session: Session, kind: Kind, *, removed: int, held: int, now: datetime) -> None:
    """Store what a run has removed and left."""
    row = {"ran_at": now, "kind": kind.value, "removed": removed, "held": held}
    session.execute(insert(RetentionCount).values(row))
