"""XLSX (ISO/IEC 29500): from bytes to a header and rows. A child process reads the file.

Why, and its limits: docs/decisions/0095.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from foundation.tabular.clean_text import clean_cell, is_blank
from foundation.tabular.faults import TableFaultCode, unreadable
from foundation.tabular.marks import without_marks
from foundation.tabular.table import MAX_COLUMNS, MAX_ROWS, RawRow, RawTable
from foundation.tabular.xlsx.process import rows_as_json

_ZIP_START = b"PK\x03\x04"
_OLD_START = b"\xd0\xcf\x11\xe0"


def is_spreadsheet(data: bytes) -> bool:
    """Return whether the bytes begin like an XLSX file or an older spreadsheet."""
    return data.startswith((_ZIP_START, _OLD_START))


def open_spreadsheet(data: bytes, *, header_row: int = 1, max_rows: int = MAX_ROWS) -> RawTable:
    """Open the first sheet of an XLSX file that is not hidden.

    Raises:
        UnreadableTableError: The file cannot be read, or is too large; known before all of it is unpacked.
    """
    if data.startswith(_OLD_START):
        raise unreadable(TableFaultCode.SPREADSHEET_OLD)
    lines = rows_as_json(data, max_columns=MAX_COLUMNS, last_row=max_rows + header_row)
    header: list[str] = []
    kept: list[bytes] = []
    for line in lines:
        number, cells = _row(line)
        if number == header_row:
            header = [without_marks(cell) for cell in cells]
        elif number > header_row and not is_blank(cells):
            kept.append(line)
    if is_blank(header):
        raise unreadable(TableFaultCode.FILE_NO_HEADER if lines else TableFaultCode.FILE_EMPTY)

    def rows() -> Iterator[RawRow]:
        return map(_row, kept)

    return RawTable(tuple(header), rows, len(kept), is_spreadsheet=True, has_marks=True)


def _row(line: bytes) -> RawRow:
    number, *cells = json.loads(line)
    if not line.isascii() or b"\\u" in line:
        cells = [clean_cell(cell) for cell in cells]
    return number, cells
