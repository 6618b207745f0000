"""Rows as the text that COPY reads. Nothing here needs a connection."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from foundation.database.json_text import json_text_of_texts
from foundation.database.table_rows import TableRows

_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class CopyText(NamedTuple):
    """Rows of one table: the columns that they fill, and the text."""

    table: str
    columns: tuple[str, ...]
    text: bytes


NULL = "\\N"
"""NULL in COPY's text format."""

day_text = lru_cache(maxsize=16384)(str)
"""A day or a moment as text, cached: many rows share it, and formatting a moment takes a microsecond."""


def copy_text(rows: TableRows) -> CopyText:
    """Return the rows as text."""
    lines = ["\t".join(_cells(row, rows.plain)) for row in rows.rows]
    return CopyText(rows.table, rows.columns, "\n".join([*lines, ""]).encode())


def _cells(row: tuple[Any, ...], plain: int) -> list[str]:
    """Return the values of a row; the plain ones need not be checked for special characters."""
    cells = [NULL if value is None else str(value) for value in row[:plain]]
    return cells if plain == len(row) else cells + [text_of(value) for value in row[plain:]]


def line_of(values: Sequence[Any]) -> str:
    """Return a row as a line. psycopg's own formatting takes three times as long, and holds the interpreter
    while the database could be working."""
    return "\t".join(map(text_of, values)) + "\n"


def text_of(value: Any) -> str:
    """Return a value in COPY's text format; a mapping becomes JSON."""
    if value is None:
        return NULL
    if isinstance(value, str):
        return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPED)
    if isinstance(value, Mapping):
        return json_text_of_texts(value).replace("\\", "\\\\")  # JSON escapes all other special characters
    return str(value)
