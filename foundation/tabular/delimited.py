"""Delimited text (RFC 4180, with `;`, `,` or tab): from bytes to a header and rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from foundation.tabular.faults import TableFaultCode, unreadable
from foundation.tabular.table import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS, RawRow, RawTable

_DELIMITERS = ";\t,"
_BINARY_STARTS = (
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "GZIP"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
    (b"MZ\x90", "EXE"),
    (b"{\\rtf", "RTF"),
    (b"<?xml", "XML"),
    (b"<!DOCTYPE", "HTML"),
    (b"<html", "HTML"),
)


def open_delimited(
    data: bytes,
    *,
    encoding: str = "utf-8",
    delimiter: str = "",
    header_row: int = 1,
    max_rows: int = MAX_ROWS,
) -> RawTable:
    """Open delimited text. All of it is checked first, so a file with a fault yields no row.

    The encoding is never guessed, because a wrong guess would change names unnoticed.

    Raises:
        UnreadableTableError: The file cannot be read.
    """
    lines = _with_newlines(_decoded(data, encoding))
    separator = delimiter or _most_frequent_delimiter(_line(lines, header_row))
    records = _records(lines, separator)
    header = next((cells for number, cells in records if number == header_row), None)
    if not header:
        raise unreadable(TableFaultCode.FILE_NO_HEADER)
    if len(header) > MAX_COLUMNS:
        raise unreadable(TableFaultCode.TOO_MANY_COLUMNS, str(MAX_COLUMNS))
    row_count = _checked_count(records, max_rows)

    def rows() -> Iterator[RawRow]:
        return _data_rows(_records(lines, separator), header_row)

    return RawTable(tuple(header), rows, row_count, separator)


def _decoded(data: bytes, encoding: str) -> str:
    for start, kind in _BINARY_STARTS:
        if data.startswith(start):
            raise unreadable(TableFaultCode.FILE_BINARY, kind)
    if encoding == "utf-8" and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise unreadable(TableFaultCode.FILE_UTF16)
    if b"\0" in data and encoding != "utf-16":
        raise unreadable(TableFaultCode.FILE_HAS_NUL, row=data[: data.index(b"\0")].count(b"\n") + 1)
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as fault:
        row = data[: fault.start].count(b"\n") + 1
        raise unreadable(TableFaultCode.FILE_NOT_UTF8, encoding, row) from None
    if not text.strip():
        raise unreadable(TableFaultCode.FILE_EMPTY)
    if "\0" in text:
        raise unreadable(TableFaultCode.FILE_HAS_NUL)
    return text


def _with_newlines(text: str) -> str:
    """Replace carriage returns by line feeds if they alone end the lines (old Macintosh)."""
    return text.replace("\r", "\n") if "\r" in text and "\n" not in text else text


def _line(text: str, number: int) -> str:
    lines = io.StringIO(text)
    for _ in range(number - 1):
        lines.readline()
    return lines.readline()


def _most_frequent_delimiter(header: str) -> str:
    outside_quotes = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=outside_quotes.count)


def _records(text: str, delimiter: str) -> Iterator[RawRow]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise unreadable(_csv_fault(str(fault)), row=number) from None
        yield number, cells


def _csv_fault(message: str) -> TableFaultCode:
    if "unexpected end" in message:
        return TableFaultCode.QUOTE_UNCLOSED
    return TableFaultCode.CELL_TOO_LONG if "field limit" in message else TableFaultCode.QUOTE_MISPLACED


def _data_rows(records: Iterator[RawRow], header_row: int) -> Iterator[RawRow]:
    """Return the rows below the header that are not empty."""
    return (record for record in records if record[0] > header_row and any(record[1]))


def _checked_count(records: Iterator[RawRow], max_rows: int) -> int:
    count = 0
    for number, cells in records:
        if len(cells) > MAX_COLUMNS:
            raise unreadable(TableFaultCode.TOO_MANY_COLUMNS, str(MAX_COLUMNS), number)
        if max(map(len, cells), default=0) > MAX_CELL_CHARACTERS:
            raise unreadable(TableFaultCode.CELL_TOO_LONG, str(MAX_CELL_CHARACTERS), number)
        count += any(cells)
        if count > max_rows:
            raise unreadable(TableFaultCode.TOO_MANY_ROWS, str(max_rows), number)
    return count
