"""Reading a column mapping from TOML or JSON."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from typing import cast

from foundation.tabular.faults import TableFault, TableFaultCode, UnreadableTableError, unreadable
from foundation.tabular.mapping import DAY_FORMATS, ColumnSource, Mapping

_MAX_CHARACTERS = 100_000
_MAX_LINE_CHARACTERS = 1_000
"""Of a line of TOML: to read a key of many parts takes time by the square of their number."""
Entries = dict[str, object]


def parse_mapping(text: str) -> Mapping:
    """Read a column mapping.

    Raises:
        UnreadableTableError: Entries are wrong; it has one `mapping_malformed` for each.
    """
    entries = _entries(text)
    wrong = [name for name, value in entries.items() if name not in _ENTRIES or not _ENTRIES[name](value)]
    columns = entries.get("columns")
    if isinstance(columns, dict):
        wrong += [f"columns.{name}" for name, source in columns.items() if not _is_source(source)]
    if wrong:
        raise UnreadableTableError(*(TableFault(TableFaultCode.MAPPING_MALFORMED, name) for name in wrong))
    return _mapping(entries)


def _entries(text: str) -> Entries:
    if len(text) > _MAX_CHARACTERS:
        raise unreadable(TableFaultCode.MAPPING_MALFORMED, "size")
    is_json = text.lstrip().startswith("{")
    if not is_json and max(map(len, text.splitlines()), default=0) > _MAX_LINE_CHARACTERS:
        raise unreadable(TableFaultCode.MAPPING_MALFORMED, "size")
    try:
        entries = json.loads(text) if is_json else tomllib.loads(text)
    except (ValueError, RecursionError):
        raise unreadable(TableFaultCode.MAPPING_MALFORMED) from None
    if not isinstance(entries, dict):
        raise unreadable(TableFaultCode.MAPPING_MALFORMED)
    return entries


def _one_of(*choices: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in choices


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_header_row(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100


def _is_words(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(word, str) for word in value.values())


def _is_source(value: object) -> bool:
    """Return whether this is the name of a column, or a table with `column`, `columns` or `constant`."""
    if isinstance(value, str):
        return True
    if not isinstance(value, dict) or not value.keys() <= _SOURCE_ENTRIES.keys():
        return False
    places = value.keys() & {"column", "columns", "constant"}
    return len(places) == 1 and all(_SOURCE_ENTRIES[name](entry) for name, entry in value.items())


_SOURCE_ENTRIES: dict[str, Callable[[object], bool]] = {
    "column": _is_text,
    "columns": _is_texts,
    "constant": _is_text,
    "words": _is_words,
    "otherwise": _is_text,
}
_ENTRIES: dict[str, Callable[[object], bool]] = {
    "columns": lambda value: isinstance(value, dict),
    "name": _is_text,
    "decimal": _one_of("", ".", ","),
    "thousands": _one_of("", " ", ".", ",", "'"),
    "day_format": _one_of("", *DAY_FORMATS),
    "empty_words": _is_texts,
    "unknown_columns": _one_of("ignore", "report"),
    "encoding": _one_of("", "utf-8", "cp1252", "iso-8859-15", "utf-16"),
    "delimiter": _one_of("", ";", ",", "\t"),
    "header_row": _is_header_row,
    "sheet": _is_text,
}


def _mapping(entries: Entries) -> Mapping:
    columns = cast(Entries, entries.get("columns", {}))
    return Mapping(
        columns={column: _source(written) for column, written in columns.items()},
        name=_text(entries, "name"),
        decimal=_text(entries, "decimal"),
        thousands=_text(entries, "thousands"),
        day_format=_text(entries, "day_format"),
        empty_words=frozenset(word.casefold() for word in cast(list[str], entries.get("empty_words", []))),
        unknown_columns=_text(entries, "unknown_columns", "ignore"),
        encoding=_text(entries, "encoding"),
        delimiter=_text(entries, "delimiter"),
        header_row=cast("int | None", entries.get("header_row")),
        sheet=_text(entries, "sheet"),
    )


def _text(entries: Entries, name: str, otherwise: str = "") -> str:
    return cast(str, entries.get(name, otherwise))


def _source(written: object) -> ColumnSource:
    if isinstance(written, str):
        return ColumnSource((written,))
    entries = cast(Entries, written)
    columns = (entries["column"],) if "column" in entries else entries.get("columns", ())
    words = cast("dict[str, str] | None", entries.get("words"))
    return ColumnSource(
        columns=tuple(cast(list[str], columns)),
        constant=_text(entries, "constant"),
        words=None if words is None else {word.casefold(): ours for word, ours in words.items()},
        otherwise=cast("str | None", entries.get("otherwise")),
    )
