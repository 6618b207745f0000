"""Rows into a table: INSERT for a few, COPY for many. One path, two widths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb
from psycopg.types.range import Range as PsycopgRange
from sqlalchemy.dialects.postgresql import JSONB, Range
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from foundation.database.columns import Base, table_of
from foundation.database.session import driver

COPY_FROM_ROWS = 50
"""From how many rows on COPY is quicker than INSERT (measured; see docs/decisions)."""


@contextmanager
def one_round(session: Session, rows: int) -> Iterator[None]:
    """Send the statements within without waiting for each answer, when they are few (COPY cannot be sent
    so)."""
    if rows >= COPY_FROM_ROWS:
        yield
        return
    with driver(session).pipeline():
        yield


def store_rows(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows that all name the same columns; the columns' own defaults fill the others."""
    if not rows:
        return
    given = tuple(rows[0])
    defaults = {name: value for name, value in _defaults(table).items() if name not in rows[0]}
    names = (*given, *defaults)
    documents = _documents(table)
    rest = [_stored(name in documents, value) for name, value in defaults.items()]
    values = [[_stored(name in documents, row[name]) for name in given] + rest for row in rows]
    connection = driver(session)
    if len(rows) < COPY_FROM_ROWS:
        for one in values:
            connection.execute(_insert(table, names), one, prepare=True)
        return
    with connection.cursor() as cursor, cursor.copy(_copy(table, names)) as copy:
        for one in values:
            copy.write_row(one)


def _stored(document: bool, value: Any) -> Any:
    """A value in psycopg's own types: plain statements go past SQLAlchemy, so its types are unknown there."""
    if document and value is not None:
        return Jsonb(value)
    if isinstance(value, Range):
        return PsycopgRange(value.lower, value.upper, value.bounds)
    return value


@lru_cache(maxsize=100)
def _documents(table: type[Base]) -> frozenset[str]:
    return frozenset(column.name for column in table_of(table).columns if isinstance(column.type, JSONB))


@lru_cache(maxsize=100)
def _defaults(table: type[Base]) -> dict[str, Any]:
    found = {}
    for column in table_of(table).columns:
        default = column.default
        if isinstance(default, ScalarElementColumnDefault):
            found[column.name] = default.arg
        elif isinstance(default, CallableColumnDefault):
            found[column.name] = default.arg(None)  # type: ignore[arg-type]
    return found


@lru_cache(maxsize=200)
def _insert(table: type[Base], names: tuple[str, ...]) -> str:
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table.__tablename__),
        _columns(names),
        sql.SQL(", ").join(sql.Placeholder() for _ in names),
    )
    return statement.as_string()


@lru_cache(maxsize=200)
def _copy(table: type[Base], names: tuple[str, ...]) -> str:
    statement = sql.SQL("COPY {} ({}) FROM STDIN")
    return statement.format(sql.Identifier(table.__tablename__), _columns(names)).as_string()


def _columns(names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


_NEW_PAIRS = "SELECT nextval(%s::regclass), nextval(%s::regclass) FROM generate_series(1, %s)"
_NEW_NUMBERS = "SELECT nextval(%s::regclass) FROM generate_series(1, %s)"


def reserve_ids(session: Session, table: type[Base], count: int) -> list[int]:
    """Take `count` new ids of a table, so that rows that point to each other can be stored in one go."""
    return reserve_numbers(session, f"{table.__tablename__}_id_seq", count)


def reserve_pairs(session: Session, first: str, second: str, count: int) -> list[tuple[int, int]]:
    """Take `count` new numbers of two sequences in one go."""
    if not count:
        return []
    return driver(session).execute(_NEW_PAIRS, (first, second, count), prepare=True).fetchall()


def reserve_numbers(session: Session, sequence: str, count: int) -> list[int]:
    """Take `count` new numbers of a sequence."""
    if not count:
        return []
    return [row[0] for row in driver(session).execute(_NEW_NUMBERS, (sequence, count), prepare=True)]
