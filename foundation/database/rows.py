"""Store rows in a table: by INSERT a few, by COPY many. With row-level security PostgreSQL refuses COPY."""

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
from foundation.database.copy_text import CopyText, copy_text, line_of
from foundation.database.pipeline import execute
from foundation.database.row_context import is_limited
from foundation.database.session import driver
from foundation.database.table_rows import TableRows, insert_statement

COPY_FROM_ROWS = 50
"""Rows from this number on are stored by COPY, fewer by one INSERT."""


def store_text(session: Session, rows: CopyText) -> None:
    """Store rows that are COPY text already."""
    if not rows.text:
        return
    with driver(session).cursor() as cursor, cursor.copy(_copy(rows.table, rows.columns)) as copy:
        copy.write(rows.text)


def store_table_rows(session: Session, rows: TableRows) -> None:
    """Store rows by one INSERT or by COPY."""
    if len(rows.rows) >= COPY_FROM_ROWS and not is_limited(session):
        store_text(session, copy_text(rows))
    elif rows.rows:
        execute(session, insert_statement(rows))


def store_rows(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Store rows that all have the same keys; the other columns get the defaults of the table's class.

    Unlike `store_table_rows` it takes values of every type of column.
    """
    if not rows:
        return
    given = tuple(rows[0])
    defaults = {name: value for name, value in _defaults(table).items() if name not in rows[0]}
    names = (*given, *defaults)
    rest = tuple(_stored(table, name, value) for name, value in defaults.items())
    values = _values(table, given, rows, rest)
    connection = driver(session)
    if len(rows) < COPY_FROM_ROWS:
        for row in values:
            connection.execute(_insert(table, names), row, prepare=True)
        return
    if is_limited(session):
        with connection.cursor() as cursor:
            cursor.executemany(_insert(table, names), values)
        return
    with connection.cursor() as cursor, cursor.copy(_copy(table.__tablename__, names)) as copy:
        if _is_plain(table):
            for lines in _batched(map(_line, values), LINES_AT_ONCE):
                copy.write("".join(lines))
        else:
            for row in values:
                copy.write_row(row)


LINES_AT_ONCE = 500


def _line(values: Sequence[Any]) -> str:
    return line_of([json.dumps(value.obj) if isinstance(value, Jsonb) else value for value in values])


def _batched(lines: Iterator[str], most: int) -> Iterator[list[str]]:
    while some := list(islice(lines, most)):
        yield some


@lru_cache(maxsize=100)
def _is_plain(table: type[Base]) -> bool:
    """Return whether `line_of` can write every column of the table: numbers, texts, dates, moments, JSON."""
    kinds = (Integer, Boolean, Text, String, Date, DateTime, JSONB)
    return all(isinstance(column.type, kinds) for column in table_of(table).columns)


def _values(
    table: type[Base], given: tuple[str, ...], rows: Sequence[Mapping[str, Any]], rest: tuple[Any, ...]
) -> Iterator[Sequence[Any]]:
    """Yield the values of each row in the order of the columns. Few columns need a conversion."""
    in_order = itemgetter(*given) if len(given) > 1 else lambda row: (row[given[0]],)
    converted = [(place, name) for place, name in enumerate(given) if name in _converted_columns(table)]
    for row in rows:
        values = [*in_order(row), *rest]
        for place, name in converted:
            values[place] = _stored(table, name, values[place])
        yield values


def _stored(table: type[Base], name: str, value: Any) -> Any:
    """Return a value in psycopg's own types: SQLAlchemy does not convert values of plain statements."""
    if isinstance(value, Range):
        return PsycopgRange(value.lower, value.upper, value.bounds)
    if value is None or name not in _json_columns(table):
        return value
    return Jsonb(value)


@lru_cache(maxsize=100)
def _converted_columns(table: type[Base]) -> frozenset[str]:
    kinds = (JSONB, AbstractRange)
    return frozenset(column.name for column in table_of(table).columns if isinstance(column.type, kinds))


@lru_cache(maxsize=100)
def _json_columns(table: type[Base]) -> frozenset[str]:
    return frozenset(column.name for column in table_of(table).columns if isinstance(column.type, JSONB))


@lru_cache(maxsize=100)
def _defaults(table: type[Base]) -> dict[str, Any]:
    defaults = {}
    for column in table_of(table).columns:
        default = column.default
        if isinstance(default, ScalarElementColumnDefault):
            defaults[column.name] = default.arg
        elif isinstance(default, CallableColumnDefault):
            defaults[column.name] = default.arg(None)  # type: ignore[arg-type]
    return defaults


@lru_cache(maxsize=200)
def _insert(table: type[Base], names: tuple[str, ...]) -> str:
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table.__tablename__),
        _columns(names),
        sql.SQL(", ").join(sql.Placeholder() for _ in names),
    )
    return statement.as_string()


@lru_cache(maxsize=200)
def _copy(table: str, names: tuple[str, ...]) -> str:
    statement = sql.SQL("COPY {} ({}) FROM STDIN")
    return statement.format(sql.Identifier(table), _columns(names)).as_string()


def _columns(names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


_NEXT_NUMBERS = "SELECT nextval(%s::regclass) FROM generate_series(1, %s)"


def reserve_ids(session: Session, table: type[Base], count: int) -> list[int]:
    """Reserve `count` ids of a table, so that rows that refer to each other can be stored together."""
    return reserve_numbers(session, f"{table.__tablename__}_id_seq", count)


def reserve_numbers(session: Session, sequence: str, count: int) -> list[int]:
    """Reserve `count` numbers of a sequence."""
    if not count:
        return []
    return [row[0] for row in driver(session).execute(_NEXT_NUMBERS, (sequence, count), prepare=True)]
