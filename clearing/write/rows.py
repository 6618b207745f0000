"""Rows into a table: one INSERT for a few, COPY for many. One path, two widths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from psycopg.types.json import Jsonb
from psycopg.types.range import Range as PsycopgRange
from sqlalchemy import func, insert, select, text
from sqlalchemy.dialects.postgresql import DATERANGE, JSONB, Range
from sqlalchemy.orm import Session

from foundation.database.columns import Base, table_of

COPY_FROM_ROWS = 50
"""From how many rows on COPY is quicker than INSERT (measured; see docs/decisions)."""


def store_rows(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows that all name the same columns."""
    if not rows:
        return
    session.flush()
    if len(rows) < COPY_FROM_ROWS:
        session.connection().execute(insert(table_of(table)), [dict(row) for row in rows])
    else:
        _copy(session, table, rows)


def _copy(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(rows[0])
    documents = [n for n in names if isinstance(table_of(table).c[n].type, JSONB)]
    windows = [n for n in names if isinstance(table_of(table).c[n].type, DATERANGE)]
    columns = ", ".join(f'"{name}"' for name in names)
    connection = session.connection().connection.driver_connection
    assert connection is not None
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table.__tablename__} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            values = dict(row)
            for name in documents:
                values[name] = None if values[name] is None else Jsonb(values[name])
            for name in windows:
                values[name] = _psycopg_window(values[name])
            copy.write_row([values[name] for name in names])


def _psycopg_window(window: Range[date] | None) -> PsycopgRange[date] | None:
    """COPY goes past SQLAlchemy, so its own range is unknown there."""
    return None if window is None else PsycopgRange(window.lower, window.upper, window.bounds)


def reserve_ids(session: Session, table: type[Base], count: int) -> list[int]:
    """Take `count` new ids of a table, so that rows that point to each other can be stored in one go."""
    if not count:
        return []
    sequence = func.pg_get_serial_sequence(table.__tablename__, "id")
    numbers = select(func.nextval(sequence)).select_from(text("generate_series(1, :count)"))
    return list(session.scalars(numbers, {"count": count}))
