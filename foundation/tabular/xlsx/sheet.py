"""The cells of a sheet, read as a stream, row by row."""

from __future__ import annotations

from collections.abc import Callable

from foundation.tabular.marks import MALFORMED
from foundation.tabular.xlsx.archive import Archive, make_parser
from foundation.tabular.xlsx.limits import (
    LONGEST_TEXT,
    MAX_COLUMN,
    MAX_EMPTY_ELEMENTS,
    MAX_FILLED_CELLS,
    MAX_ROW,
    MAX_TEXT_CHARACTERS,
    FaultError,
)
from foundation.tabular.xlsx.values import LONGEST_KEPT, NumberKind, boolean_text, number_text
from foundation.tabular.xlsx.workbook import Workbook, unescaped

Emit = Callable[[int, list[str]], None]
SHOWN_OF_LONG = 100
_UNFINISHED = MALFORMED + "="
"""A formula that has no result: no program has calculated it."""


class SheetReader:
    """Handlers for Expat that call `emit` with each row that has a value.

    Elements are known by their last letter(s): `row`, `c`, `v`, `f`, `is`, `t`, with or without a prefix.
    """

    def __init__(
        self, book: Workbook, emit: Emit, *, max_elements: int, max_columns: int, last_row: int
    ) -> None:
        self._book, self._emit = book, emit
        self._max_columns, self._last_row = max_columns, last_row
        self._max_elements = max_elements
        self._row = self._column = self._elements = self._filled = self._characters = self._empty = 0
        self._cells: list[str] = []
        self._type = self._style = ""
        self._has_formula = self._is_phonetic = False
        self._parts: list[str] = []
        self._is_reading = False
        self._kept = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element."""
        self._elements += 1
        if self._elements > self._max_elements:
            raise FaultError("spreadsheet_too_large")
        if name == "v" or name == "t":
            self._is_reading = not self._is_phonetic
        elif name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            self._is_phonetic = True
        elif ":" in name:
            self.start(name.rpartition(":")[2], attributes)

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        if name == "v" or name == "t":
            self._is_reading = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self._is_phonetic = False
        elif ":" in name:
            self.end(name.rpartition(":")[2])

    def characters(self, data: str) -> None:
        """Handle text: of a value, as much as may be kept."""
        if self._is_reading:
            self._parts.append(data)
            self._kept += len(data)
            if self._kept > LONGEST_TEXT:
                raise FaultError("spreadsheet_too_large")

    def _start_row(self, attributes: dict[str, str]) -> None:
        sent = attributes.get("r")
        number = _whole(sent) if sent else self._row + 1
        if number > MAX_ROW:
            raise FaultError("too_many_rows", str(self._last_row - 1), self._row)
        if number <= self._row:
            raise FaultError("spreadsheet_broken")
        self._row, self._column = number, 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        get = attributes.get
        place = get("r")
        self._column = _column(place) if place else self._column + 1
        self._type, self._style = get("t", ""), get("s", "")
        self._has_formula = False
        self._parts, self._kept = [], 0

    def _end_cell(self) -> None:
        text = self._text()
        if not text:
            self._count_empty()
            return
        column = self._column
        if column > self._max_columns:
            raise FaultError("too_many_columns", str(self._max_columns), self._row)
        cells = self._cells
        while len(cells) < column:
            cells.append("")
        cells[column - 1] = text
        self._filled += 1
        self._characters += len(text)
        if self._filled > MAX_FILLED_CELLS or self._characters > MAX_TEXT_CHARACTERS:
            raise FaultError("spreadsheet_too_large")

    def _end_row(self) -> None:
        if not self._cells:
            self._count_empty()
            return
        if self._row > self._last_row:
            raise FaultError("too_many_rows", str(self._last_row - 1), self._row)
        self._emit(self._row, self._cells)
        self._cells = []

    def _count_empty(self) -> None:
        self._empty += 1
        if self._empty > MAX_EMPTY_ELEMENTS:
            raise FaultError("spreadsheet_too_large")

    def _text(self) -> str:
        parts, kind = self._parts, self._type
        sent = parts[0] if len(parts) == 1 else "".join(parts)
        if not sent:
            return _UNFINISHED if self._has_formula and kind != "str" else ""
        if kind == "s":
            sent = self._shared(sent)
        elif kind == "" or kind == "n":
            return number_text(sent.strip(), self._kind(), is_1904=self._book.is_1904)
        elif kind == "b":
            return boolean_text(sent)
        elif kind == "e":
            return MALFORMED + sent[:SHOWN_OF_LONG]
        else:
            sent = unescaped(sent)
        return sent if len(sent) <= LONGEST_KEPT else f"{MALFORMED}{sent[:SHOWN_OF_LONG]}…"

    def _shared(self, sent: str) -> str:
        texts = self._book.texts
        place = _whole(sent)
        if place >= len(texts):
            raise FaultError("spreadsheet_broken", row=self._row)
        return texts[place]

    def _kind(self) -> NumberKind:
        if not self._style:
            return NumberKind.PLAIN
        kinds, place = self._book.kinds, _whole(self._style)
        return kinds[place] if place < len(kinds) else NumberKind.PLAIN


def read_sheet(archive: Archive, book: Workbook, emit: Emit, *, max_columns: int, last_row: int) -> None:
    """Call `emit` with the number and the cells of each row that has a value.

    Raises:
        FaultError: The sheet is broken or too large.
    """
    limits = {"max_elements": archive.max_elements, "max_columns": max_columns, "last_row": last_row}
    reader, parser = SheetReader(book, emit, **limits), make_parser()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.characters
    archive.parse(book.sheet, parser)


def _whole(text: str) -> int:
    text = text.strip()
    if len(text) > 9 or not (text.isascii() and text.isdecimal()):
        raise FaultError("too_many_rows" if text.isdecimal() else "spreadsheet_broken")
    return int(text)


_COLUMNS: dict[str, int] = {}


def _column(place: str) -> int:
    letters = place.rstrip("0123456789")
    known = _COLUMNS.get(letters)
    if known is None:
        known = _COLUMNS[letters] = _column_of_letters(letters)
    return known


def _column_of_letters(letters: str) -> int:
    if not 1 <= len(letters) <= 3 or not (letters.isascii() and letters.isalpha()):
        raise FaultError("spreadsheet_broken")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    if number > MAX_COLUMN:
        raise FaultError("spreadsheet_broken")
    return number
