"""Rows into a table: INSERT for a few, COPY for many. One path, two widths."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Any

from psycopg import sql
from psycopg.types.json import Jsonb
from psycopg.types.range import Range as PsycopgRange
from sqlalchemy import Boolean, Date, DateTime, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB, Range
from sqlalchemy.dialects.postgresql.ranges import AbstractRange
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from foundation.database.columns import Base, table_of
from foundation.database.copy_text import CopyText, line_of
from foundation.database.session import driver

COPY_FROM_ROWS = 50
"""From how many rows on COPY is quicker than INSERT (measured; see docs/decisions)."""


def store_text(session: Session, table: type[Base], rows: CopyText) -> None:
    """Store rows that are laid out already, by COPY."""
    if not rows.text:
        return
    with driver(session).cursor() as cursor, cursor.copy(_copy(table, rows.columns)) as copy:
        copy.write(rows.text)


def store_rows(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows that all name the same columns; the columns' own defaults fill the others."""
    if not rows:
        return
    given = tuple(rows[0])
    defaults = {name: value for name, value in _defaults(table).items() if name not in rows[0]}
    names = (*given, *defaults)
    rest = tuple(_stored(table, name, value) for name, value in defaults.items())
    values = _values(table, given, rows, rest)
    connection = driver(session)
    if len(rows) < COPY_FROM_ROWS:
        for one in values:
            connection.execute(_insert(table, names), one, prepare=True)
        return
    with connection.cursor() as cursor, cursor.copy(_copy(table, names)) as copy:
        if _is_plain(table):
            for lines in _batched(map(_line, values), LINES_AT_ONCE):
                copy.write("".join(lines))
        else:
            for one in values:
                copy.write_row(one)


LINES_AT_ONCE = 500


def _line(values: Sequence[Any]) -> str:
    return line_of([json.dumps(value.obj) if isinstance(value, Jsonb) else value for value in values])


def _batched(lines: Iterator[str], most: int) -> Iterator[list[str]]:
    while some := list(islice(lines, most)):
        yield some


@lru_cache(maxsize=100)
def _is_plain(table: type[Base]) -> bool:
    """Whether each value of the table is written to COPY as Python writes it: whole numbers, texts, days,
    moments, documents."""
    kinds = (Integer, Boolean, Text, String, Date, DateTime, JSONB)
    return all(isinstance(column.type, kinds) for column in table_of(table).columns)


def _values(
    table: type[Base], given: tuple[str, ...], rows: Sequence[Mapping[str, Any]], rest: tuple[Any, ...]
) -> Iterator[Sequence[Any]]:
    """Each row's values in the order of the columns; only few columns need a second look."""
    in_order = itemgetter(*given) if len(given) > 1 else lambda row: (row[given[0]],)
    odd = [(place, name) for place, name in enumerate(given) if name in _odd_columns(table)]
    for row in rows:
        values = [*in_order(row), *rest]
        for place, name in odd:
            values[place] = _stored(table, name, values[place])
        yield values


def _stored(table: type[Base], name: str, value: Any) -> Any:
    """A value in psycopg's own types: plain statements go past SQLAlchemy, so its types are unknown there."""
    if isinstance(value, Range):
        return PsycopgRange(value.lower, value.upper, value.bounds)
    if value is None or name not in _documents(table):
        return value
    return Jsonb(value)


@lru_cache(maxsize=100)
def _odd_columns(table: type[Base]) -> frozenset[str]:
    kinds = (JSONB, AbstractRange)
    return frozenset(column.name for column in table_of(table).columns if isinstance(column.type, kinds))


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


_NEW_NUMBERS = "SELECT nextval(%s::regclass) FROM generate_series(1, %s)"


def reserve_ids(session: Session, table: type[Base], count: int) -> list[int]:
    """Take `count` new ids of a table, so that rows that point to each other can be stored in one go."""
    return reserve_numbers(session, f"{table.__tablename__}_id_seq", count)


def reserve_numbers(session: Session, sequence: str, count: int) -> list[int]:
    """Take `count` new numbers of a sequence."""
    if not count:
        return []
    return [row[0] for row in driver(session).execute(_NEW_NUMBERS, (sequence, count), prepare=True)]
