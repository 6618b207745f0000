"""Delimited text (RFC 4180, with `;`, `,` or tab): from bytes to a header and rows.

The bytes are decoded line by line, so that a large file needs little more memory than its bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice

from foundation.tabular.clean_text import clean_cell, is_blank, is_error_word
from foundation.tabular.faults import TableFaultCode, UnreadableTableError, unreadable
from foundation.tabular.header import SEARCHED_ROWS, IsHeader, find_header, no_header
from foundation.tabular.marks import MALFORMED
from foundation.tabular.table import (
    MAX_CELL_CHARACTERS,
    MAX_COLUMNS,
    MAX_LINE_BYTES,
    MAX_RECORDS,
    MAX_ROWS,
    FileForm,
    RawRow,
    RawTable,
)

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
_SEPARATOR_LINE = re.compile(r'^\ufeff?"?sep=(.)"?[ \t;,]*\r?\n?$', re.IGNORECASE | re.DOTALL)
_FINNISH_EXCEL = bytes(range(128)) + "åäöÅÄÖéÉüÜ§°´–—’‘”“…€\N{NO-BREAK SPACE}".encode("cp1252")
_CONTENT = re.compile(rb"[^ \t\r\n\v\f]")
_SHOWN_OF_LONG = 100
csv.field_size_limit(MAX_LINE_BYTES)


def open_delimited(
    data: bytes,
    *,
    encoding: str = "",
    delimiter: str = "",
    header_row: int | None = None,
    is_header: IsHeader = no_header,
    max_rows: int = MAX_ROWS,
) -> RawTable:
    """Open delimited text. All of it is checked first, so a file with a fault yields no row.

    Without an encoding it is UTF-8, or that of Finnish Excel (`encoding_of`). Without a header row it is the
    first that `is_header` recognises, else the first row.

    Raises:
        UnreadableTableError: The file cannot be read.
    """
    text = _Text(data, encoding or encoding_of(data))
    named = _SEPARATOR_LINE.match(text.line(1))
    if named and header_row in (None, 1):
        delimiter = delimiter or named[1]
        header_row = 2 if header_row else None
    row, separator = _header_place(text, header_row, delimiter, is_header, 2 if named else 1)
    header, row_count, last = _checked(text, separator, row, max_rows)

    def rows() -> Iterator[RawRow]:
        return _data_rows(_records(text, separator), row)

    form = _form_of(text, separator, row)
    return RawTable(
        tuple(header), rows, row_count, separator, has_marks=text.has_hashes, last=last, form=form
    )


def top_of_text(data: bytes, encoding: str = "", delimiter: str = "") -> list[RawRow]:
    """Return the first lines, split by the delimiter that they have most of.

    Raises:
        UnreadableTableError: The bytes are no text.
    """
    lines = list(islice(_Text(data, encoding or encoding_of(data)).lines(), SEARCHED_ROWS))
    split = (line.split(delimiter or _most_frequent_delimiter("".join(lines))) for line in lines)
    return [(number, [cell.strip(' "') for cell in cells]) for number, cells in enumerate(split, start=1)]


def _form_of(text: _Text, separator: str, header_row: int) -> FileForm:
    """Return how the text is written. Letters alone of ASCII leave the encoding open: then it is UTF-8 with a
    mark, which spreadsheets need to show the letters of reasons."""
    encoding = text.encoding
    if encoding == "utf-8-sig" and not (text.data.isascii() or text.data.startswith(b"\xef\xbb\xbf")):
        encoding = "utf-8"
    line_end = text.newline or ("\r\n" if b"\r\n" in text.data[:MAX_LINE_BYTES] else "\n")
    top = tuple(islice(_records(text, separator), header_row - 1))
    return FileForm(False, "", encoding, separator, line_end, header_row, top)


def _header_place(
    text: _Text, header_row: int | None, delimiter: str, is_header: IsHeader, first: int
) -> tuple[int, str]:
    """Return the row of the header and the delimiter, as given or as found."""
    if header_row is None:
        found = [
            (row, separator)
            for separator in (delimiter or _DELIMITERS)
            if (row := _found_header(text, separator, is_header)) is not None
        ]
        if found:
            return min(found, key=lambda place: place[0])
    row = header_row or first
    return row, delimiter or _most_frequent_delimiter(text.line(row))


def _found_header(text: _Text, separator: str, is_header: IsHeader) -> int | None:
    try:
        return find_header(_records(text, separator), is_header)
    except UnreadableTableError:
        return None


def encoding_of(data: bytes) -> str:
    """Return UTF-8, or cp1252 if the bytes are not UTF-8 and each letter is one that Finland writes.

    Other guesses would change names unnoticed, so a person is asked.
    """
    if data.isascii() or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-8"
    try:
        data.decode()
    except UnicodeDecodeError:
        return "utf-8" if data.translate(None, _FINNISH_EXCEL) else "cp1252"
    return "utf-8"


class _Text:
    """The lines of the bytes, decoded and cleaned one by one."""

    def __init__(self, data: bytes, encoding: str) -> None:
        """Check the bytes before any of them is decoded.

        Raises:
            UnreadableTableError: They are not text, or too long for a table.
        """
        _check_bytes(data, encoding)
        self.data = data
        self.encoding = "utf-8-sig" if encoding == "utf-8" else encoding
        self.is_plain = encoding == "utf-8" and data.isascii()
        self.has_hashes = b"#" in data
        # Carriage returns alone end the lines of old Macintosh files.
        self.newline = "\r" if b"\r" in data and b"\n" not in data else ""
        _check_lines(data, b"\r" if self.newline else b"\n")

    def lines(self) -> Iterator[str]:
        """Yield the lines with their ends."""
        lines = io.TextIOWrapper(io.BytesIO(self.data), self.encoding, newline=self.newline)
        if self.encoding == "utf-16":
            return map(_without_nul, map(clean_cell, lines))
        return iter(lines) if self.is_plain else map(clean_cell, lines)

    def line(self, number: int) -> str:
        """Return a line; empty beyond the last."""
        try:
            return next(islice(self.lines(), number - 1, None), "")
        except UnicodeDecodeError:
            raise self.not_decodable() from None

    def not_decodable(self) -> Exception:
        """Return the fault of bytes that are not of the encoding, with its row."""
        try:
            self.data.decode(self.encoding)
        except UnicodeDecodeError as fault:
            row = self.data[: fault.start].count(b"\n") + 1
            return unreadable(TableFaultCode.FILE_NOT_UTF8, self.encoding.removesuffix("-sig"), row)
        return unreadable(TableFaultCode.FILE_NOT_UTF8, self.encoding)


def _without_nul(line: str) -> str:
    if "\0" in line:
        raise unreadable(TableFaultCode.FILE_HAS_NUL)
    return line


def _check_bytes(data: bytes, encoding: str) -> None:
    for start, kind in _BINARY_STARTS:
        if data.startswith(start):
            raise unreadable(TableFaultCode.FILE_BINARY, kind)
    if encoding == "utf-8" and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise unreadable(TableFaultCode.FILE_UTF16)
    if encoding != "utf-16" and b"\0" in data:
        raise unreadable(TableFaultCode.FILE_HAS_NUL, row=data[: data.index(b"\0")].count(b"\n") + 1)
    if not _CONTENT.search(data, 3 if data.startswith(b"\xef\xbb\xbf") else 0):
        raise unreadable(TableFaultCode.FILE_EMPTY)


def _check_lines(data: bytes, end: bytes) -> None:
    """Check that no line is too long, by looking only for the last line end in each stretch of bytes."""
    start = 0
    while len(data) - start > MAX_LINE_BYTES:
        found = data.rfind(end, start, start + MAX_LINE_BYTES)
        if found < 0:
            raise unreadable(TableFaultCode.LINE_TOO_LONG, str(MAX_LINE_BYTES), data.count(end, 0, start) + 1)
        start = found + 1


def _most_frequent_delimiter(header: str) -> str:
    outside_quotes = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=outside_quotes.count)


def _records(text: _Text, delimiter: str) -> Iterator[RawRow]:
    lines = text.lines()
    if text.newline == "\r":
        lines = (line.replace("\r", "\n") for line in lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise text.not_decodable() from None
        except csv.Error as fault:
            raise unreadable(_csv_fault(str(fault)), str(MAX_CELL_CHARACTERS), number) from None
        if text.has_hashes:
            cells = [MALFORMED + cell if is_error_word(cell.strip()) else cell for cell in cells]
        yield number, cells


def _csv_fault(message: str) -> TableFaultCode:
    if "unexpected end" in message or "field limit" in message:
        return TableFaultCode.QUOTE_UNCLOSED
    return TableFaultCode.QUOTE_MISPLACED


def _data_rows(records: Iterator[RawRow], header_row: int) -> Iterator[RawRow]:
    """Return the rows below the header that are not blank."""
    return (
        (number, _shortened(cells))
        for number, cells in records
        if number > header_row and not is_blank(cells)
    )


def _shortened(cells: list[str]) -> list[str]:
    """Return the cells without empty ones beyond the most columns, and with too long ones marked and cut."""
    if len(cells) > MAX_COLUMNS:
        cells = cells[:MAX_COLUMNS]
    if max(map(len, cells)) <= MAX_CELL_CHARACTERS:
        return cells
    return [
        cell if len(cell) <= MAX_CELL_CHARACTERS else f"{MALFORMED}{cell[:_SHOWN_OF_LONG]}…" for cell in cells
    ]


def _checked(
    text: _Text, delimiter: str, header_row: int, max_rows: int
) -> tuple[list[str], int, RawRow | None]:
    """Return the header, the number of rows that are not blank, and the last of them."""
    header: list[str] = []
    count = 0
    last: RawRow | None = None
    for number, cells in _records(text, delimiter):
        if len(cells) > MAX_COLUMNS and not is_blank(cells[MAX_COLUMNS:]):
            raise unreadable(TableFaultCode.TOO_MANY_COLUMNS, str(MAX_COLUMNS), number)
        if number == header_row:
            header = cells[:MAX_COLUMNS]
            if not header:
                raise unreadable(TableFaultCode.FILE_NO_HEADER)
        elif number > header_row and not is_blank(cells):
            count += 1
            last = number, cells
        if count > max_rows or number > MAX_RECORDS:
            raise unreadable(TableFaultCode.TOO_MANY_ROWS, str(max_rows), number)
    if not header:
        raise unreadable(TableFaultCode.FILE_NO_HEADER)
    return header, count, last
