"""XLSX (ISO/IEC 29500): from bytes to a header and rows, after checking that the file is harmless."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from foundation.tabular.cells import spreadsheet_text
from foundation.tabular.faults import TableFaultCode, UnreadableTableError, unreadable
from foundation.tabular.table import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_ROWS, RawRow, RawTable

_ZIP_START = b"PK\x03\x04"
_OLD_START = b"\xd0\xcf\x11\xe0"
_MAX_UNPACKED_BYTES = 200_000_000
_MAX_PARTS = 1_000
_PIECE_BYTES = 1 << 20
_MAX_CELLS = 5_000_000


def is_spreadsheet(data: bytes) -> bool:
    """Return whether the bytes begin like an XLSX file or an older spreadsheet."""
    return data.startswith((_ZIP_START, _OLD_START))


def open_spreadsheet(data: bytes, *, header_row: int = 1, max_rows: int = MAX_ROWS) -> RawTable:
    """Open the first sheet of an XLSX file.

    Raises:
        UnreadableTableError: The file cannot be read, or is too large; known before all of it is unpacked.
    """
    if data.startswith(_OLD_START):
        raise unreadable(TableFaultCode.SPREADSHEET_OLD)
    _check_archive(data, max_rows + header_row)
    cells = _first_sheet(data)
    if len(cells) < header_row or not any(cells[header_row - 1]):
        raise unreadable(TableFaultCode.FILE_NO_HEADER if any(map(any, cells)) else TableFaultCode.FILE_EMPTY)
    header = [spreadsheet_text(cell) for cell in cells[header_row - 1]]
    numbered = [
        (at, row) for at, row in enumerate(cells, 1) if at > header_row and any(cell != "" for cell in row)
    ]

    def rows() -> Iterator[RawRow]:
        return ((at, [spreadsheet_text(cell) for cell in row]) for at, row in numbered)

    _check_cells(numbered)
    return RawTable(tuple(header), rows, len(numbered), numbers_are_binary=True)


def _first_sheet(data: bytes) -> list[list[object]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        rows = book.get_sheet_by_name(sheets[0]).to_python(skip_empty_area=False) if sheets else []
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError):
        raise unreadable(TableFaultCode.SPREADSHEET_BROKEN) from None
    return [list(row) for row in rows]


def _check_cells(rows: list[tuple[int, list[object]]]) -> None:
    for at, row in rows:
        for cell in row:
            if isinstance(cell, str) and ("\0" in cell or len(cell) > MAX_CELL_CHARACTERS):
                code = TableFaultCode.FILE_HAS_NUL if "\0" in cell else TableFaultCode.CELL_TOO_LONG
                raise unreadable(code, str(MAX_CELL_CHARACTERS), at)


def _check_archive(data: bytes, max_row: int) -> None:
    """Unpack piece by piece and count: sizes in the archive can be wrong, and one distant cell makes a huge
    sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive, max_row)
    except UnreadableTableError:
        raise
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise unreadable(TableFaultCode.SPREADSHEET_BROKEN) from None


def _check_parts(archive: zipfile.ZipFile, max_row: int) -> None:
    parts = archive.infolist()
    if "[Content_Types].xml" not in archive.namelist():
        raise unreadable(TableFaultCode.FILE_BINARY, "ZIP")
    if len(parts) > _MAX_PARTS:
        raise unreadable(TableFaultCode.SPREADSHEET_TOO_LARGE)
    left_bytes = _MAX_UNPACKED_BYTES
    for part in parts:
        measure = _Measure(max_row) if part.filename.endswith((".xml", ".rels")) else None
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE_BYTES):
                left_bytes -= len(piece)
                if left_bytes < 0:
                    raise unreadable(TableFaultCode.SPREADSHEET_TOO_LARGE)
                if measure:
                    measure.feed(piece)


class _Measure:
    """Checks one XML part: no document type, and no cell beyond the limits."""

    def __init__(self, max_row: int) -> None:
        self._max_row = max_row
        self._cells = 0
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.StartElementHandler = self._element

    def feed(self, piece: bytes) -> None:
        try:
            self._parser.Parse(piece)
        except expat.ExpatError:
            raise unreadable(TableFaultCode.SPREADSHEET_BROKEN) from None

    def _document_type(self, *_: object) -> None:
        raise unreadable(TableFaultCode.SPREADSHEET_BROKEN, "DOCTYPE")

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] not in ("c", "row"):
            return
        self._cells += 1
        if self._cells > _MAX_CELLS:
            raise unreadable(TableFaultCode.SPREADSHEET_TOO_LARGE)
        place = attributes.get("r", "")
        letters = place.rstrip("0123456789")
        row = place[len(letters) :]
        if len(letters) > 3 or _column(letters) > MAX_COLUMNS:
            raise unreadable(TableFaultCode.TOO_MANY_COLUMNS, str(MAX_COLUMNS))
        if row and (len(row) > 7 or int(row) > self._max_row):
            raise unreadable(TableFaultCode.TOO_MANY_ROWS, str(self._max_row - 1))


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number
