"""XLSX (ISO/IEC 29500): from bytes to a header and rows. A child process reads the file.

Why, and its limits: docs/decisions/0095.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from foundation.tabular.clean_text import clean_cell, is_blank
from foundation.tabular.faults import TableFaultCode, unreadable
from foundation.tabular.header import SEARCHED_ROWS, IsHeader, find_header, no_header
from foundation.tabular.marks import without_marks
from foundation.tabular.table import MAX_COLUMNS, MAX_ROWS, FileForm, RawRow, RawTable
from foundation.tabular.xlsx.process import SheetRows, read_rows, read_tops

_ZIP_START = b"PK\x03\x04"
_OLD_START = b"\xd0\xcf\x11\xe0"
SEARCHED_SHEETS = 12


def is_spreadsheet(data: bytes) -> bool:
    """Return whether the bytes begin like an XLSX file or an older spreadsheet."""
    return data.startswith((_ZIP_START, _OLD_START))


def open_spreadsheet(
    data: bytes,
    *,
    sheet: str = "",
    header_row: int | None = None,
    is_header: IsHeader = no_header,
    max_rows: int = MAX_ROWS,
) -> RawTable:
    """Open a sheet of an XLSX file: the named one, or the only visible one that has the header.

    If none has it, the first visible sheet and its first row are taken. A hidden sheet is never read.

    Raises:
        UnreadableTableError: The file cannot be read, or is too large; known before all of it is unpacked.
    """
    if data.startswith(_OLD_START):
        raise unreadable(TableFaultCode.SPREADSHEET_OLD)
    last_row = max_rows + (header_row or 1)
    sheet = sheet or _sheet_with_header(data, is_header)
    read = read_rows(data, max_columns=MAX_COLUMNS, last_row=last_row, sheet=sheet)
    lines = read.lines
    if header_row is None:
        header_row = find_header(map(_plain_row, lines), is_header) or 1
    header, top, kept = _divided(lines, header_row)
    if is_blank(header):
        raise unreadable(TableFaultCode.FILE_NO_HEADER if lines else TableFaultCode.FILE_EMPTY)

    def rows() -> Iterator[RawRow]:
        return map(_row, kept)

    last = _row(kept[-1]) if kept else None
    form = FileForm(True, sheet or "".join(read.sheets[:1]), header_row=header_row, top=tuple(top))
    return RawTable(tuple(header), rows, len(kept), is_spreadsheet=True, has_marks=True, last=last, form=form)


def _divided(lines: list[bytes], header_row: int) -> tuple[list[str], list[RawRow], list[bytes]]:
    """Return the header, the rows above it, and the lines below it that are not blank."""
    header: list[str] = []
    top: list[RawRow] = []
    kept: list[bytes] = []
    for line in lines:
        number, cells = _row(line)
        if number == header_row:
            header = [without_marks(cell) for cell in cells]
        elif number < header_row:
            top.append((number, cells))
        elif not is_blank(cells):
            kept.append(line)
    return header, top, kept


def sheets_of(data: bytes) -> tuple[str, ...]:
    """Return the names of the visible sheets.

    Raises:
        UnreadableTableError: The file cannot be read.
    """
    return _top(data, "").sheets


def top_of_sheet(data: bytes, sheet: str = "") -> list[RawRow]:
    """Return the first rows of a sheet.

    Raises:
        UnreadableTableError: The file cannot be read.
    """
    return [_plain_row(line) for line in _top(data, sheet).lines]


def _sheet_with_header(data: bytes, is_header: IsHeader) -> str:
    """Return the visible sheet that has the header; "" for the first one if none has it.

    Raises:
        UnreadableTableError: Several have it: which one is meant must be asked.
    """
    if is_header is no_header:
        return ""
    tops = read_tops(
        data,
        max_columns=MAX_COLUMNS,
        last_row=MAX_ROWS,
        most_rows=SEARCHED_ROWS,
        most_sheets=SEARCHED_SHEETS,
    )
    if len(tops) < 2:
        return ""
    found = [name for name, lines in tops.items() if find_header(map(_plain_row, lines), is_header)]
    if len(found) > 1:
        raise unreadable(TableFaultCode.SHEET_UNSURE, ", ".join(found))
    return found[0] if found else ""


def _top(data: bytes, sheet: str) -> SheetRows:
    return read_rows(data, max_columns=MAX_COLUMNS, last_row=MAX_ROWS, sheet=sheet, most_rows=SEARCHED_ROWS)


def _plain_row(line: bytes) -> RawRow:
    number, cells = _row(line)
    return number, [without_marks(cell) for cell in cells]


def _row(line: bytes) -> RawRow:
    number, *cells = json.loads(line)
    if not line.isascii() or b"\\u" in line:
        cells = [clean_cell(cell) for cell in cells]
    return number, cells
