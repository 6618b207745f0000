"""Rows to insert into a table, as data: one description for every way to send them."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from foundation.database.json_text import json_text
from foundation.database.statements import BoundStatement, PreparedStatement


class TableRows(NamedTuple):
    """Rows of one table, each with the values of `columns`; the other columns get their defaults.

    A value is None, a number, a text, a date or a moment, or a mapping for a JSON column. The first `plain`
    columns hold no mapping, and no text that COPY would have to escape.
    """

    table: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]
    plain: int = 0


def insert_statement(rows: TableRows) -> BoundStatement:
    """Return one INSERT of all rows, sent as one JSON document."""
    documents = [dict(zip(rows.columns, row, strict=True)) for row in rows.rows]
    return BoundStatement(_insert(rows.table, rows.columns), [json_text(documents).encode()])


@lru_cache(maxsize=100)
def _insert(table: str, columns: tuple[str, ...]) -> PreparedStatement:
    names = ", ".join(columns)
    sql = (
        f"INSERT INTO {table} ({names}) SELECT {names} "  # noqa: S608  # only names from our own code
        f"FROM json_populate_recordset(NULL::{table}, $1::json)"
    )
    return PreparedStatement(f"insert_{table}".encode(), sql.encode())
