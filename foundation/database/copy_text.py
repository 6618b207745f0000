"""Rows as the text that COPY reads; no database is needed to lay it out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

_ESCAPED = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


class CopyText(NamedTuple):
    """Rows of one table: the columns they fill, and the text; without a row both are empty."""

    columns: tuple[str, ...]
    text: bytes


NULL = "\\N"
"""Nothing, in COPY's text format."""

day_text = lru_cache(maxsize=16384)(str)
"""A day or a moment as text: many rows share them, and a moment takes a microsecond to write."""


def line_of(values: Sequence[Any]) -> str:
    """A row in COPY's text format. psycopg's own writing of a row takes three times as long, and holds the
    interpreter while the database could be working."""
    return "\t".join(map(text_of, values)) + "\n"


def text_of(value: Any) -> str:
    """A value in COPY's text format: whole numbers, texts, days, moments, documents as JSON text."""
    if value is None:
        return NULL
    if isinstance(value, str):
        return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPED)
    return str(value)


def plain_cells(values: Sequence[int | str | None]) -> str:
    """Numbers, and texts of no letters that COPY reads otherwise, as a part of a line."""
    return "\t".join([NULL if value is None else str(value) for value in values])


def copy_lines(columns: tuple[str, ...], lines: Iterable[str]) -> CopyText:
    """The text of rows that are lines already."""
    text = "".join(lines).encode()
    return CopyText(columns if text else (), text)


def copy_text(rows: Iterable[dict[str, Any]]) -> CopyText:
    """The text of rows that all name the same columns in the same order."""
    columns: tuple[str, ...] = ()
    lines = []
    for row in rows:
        columns = columns or tuple(row)
        lines.append(line_of(tuple(row.values())))
    return CopyText(columns, "".join(lines).encode())
