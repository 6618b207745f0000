"""The parts of a workbook beside its sheet: which sheet is read, its texts, and which formats are dates."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sized
from dataclasses import dataclass, field
from typing import NamedTuple

from foundation.tabular.xlsx.archive import WORKBOOK, Archive, local_name, make_parser
from foundation.tabular.xlsx.limits import LONGEST_TEXT, MAX_TEXT_CHARACTERS, FaultError
from foundation.tabular.xlsx.values import NumberKind

_RELATIONS = "xl/_rels/workbook.xml.rels"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_TOKENS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_DAYS = (14, 15, 16, 17, 22, *range(27, 32), 36, *range(50, 59))
_TIMES = (18, 19, 20, 21, 32, 33, 34, 35, 45, 47)
_BUILT_IN = {
    **dict.fromkeys(map(str, _DAYS), NumberKind.DAY),
    **dict.fromkeys(map(str, _TIMES), NumberKind.TIME),
    "46": NumberKind.ELAPSED,
}
"""How the formats that every program knows show a number, by their id (ISO/IEC 29500, 18.8.30)."""
_MOST_FORMATS, _MOST_SHEETS = 65_536, 1_000
_LONGEST_NAME = 100


@dataclass(slots=True)
class Workbook:
    """The sheet to read, and what its cells refer to. `members` are those of the visible `sheets`."""

    sheet: str
    is_1904: bool
    sheets: list[str] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    kinds: list[NumberKind] = field(default_factory=list)


def read_workbook(archive: Archive, wanted: str = "") -> Workbook:
    """Read all parts but the sheet. The sheet is the wanted one, else the first that is not hidden.

    Raises:
        FaultError: The workbook is broken, or no visible sheet has the wanted name.
    """
    sheets, is_1904 = _sheets(archive)
    targets = _targets(archive)
    listed = [sheet for sheet in sheets if sheet.place in targets]
    if not listed:
        raise FaultError("spreadsheet_broken")
    visible = [sheet for sheet in listed if not sheet.is_hidden] or listed[:1]
    chosen = next((sheet for sheet in visible if not wanted or sheet.name == wanted), None)
    if chosen is None:
        raise FaultError("sheet_missing", wanted[:_LONGEST_NAME])
    names, members = [sheet.name for sheet in visible], [targets[sheet.place] for sheet in visible]
    book = Workbook(targets[chosen.place], is_1904, names, members)
    if "xl/sharedStrings.xml" in archive.names:
        book.texts = _shared_texts(archive)
    if "xl/styles.xml" in archive.names:
        book.kinds = _number_kinds(archive)
    return book


class _Sheet(NamedTuple):
    place: str
    is_hidden: bool
    name: str


def _sheets(archive: Archive) -> tuple[list[_Sheet], bool]:
    """Return the sheets with their relations, and whether days count from 1904."""
    sheets: list[_Sheet] = []
    is_1904 = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal is_1904
        kind = local_name(name)
        if kind == "workbookPr":
            is_1904 = attributes.get("date1904", "") in ("1", "true")
        elif kind == "sheet":
            _check_count(sheets, _MOST_SHEETS)
            place = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            name = attributes.get("name", "")[:_LONGEST_NAME]
            sheets.append(_Sheet(place, attributes.get("state", "visible") != "visible", name))

    parser = make_parser()
    parser.StartElementHandler = start
    archive.parse(WORKBOOK, parser)
    return sheets, is_1904


def _targets(archive: Archive) -> dict[str, str]:
    """Return the member of each relation that is a worksheet."""
    targets: dict[str, str] = {}

    def start(_name: str, attributes: dict[str, str]) -> None:
        if attributes.get("Type", "").endswith("/worksheet"):
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            targets[attributes.get("Id", "")] = target.lstrip("/")

    parser = make_parser()
    parser.StartElementHandler = start
    if _RELATIONS in archive.names:
        archive.parse(_RELATIONS, parser)
    return targets


def _check_count(found: Sized, most: int) -> None:
    """Raise FaultError if there are as many as a file may have; a spreadsheet program writes fewer."""
    if len(found) >= most:
        raise FaultError("spreadsheet_too_large")


class _TextReader:
    """Collects shared texts. Phonetic readings (`rPh`) are no part of a text."""

    def __init__(self, max_elements: int) -> None:
        self.texts: list[str] = []
        self._parts: list[str] | None = None
        self._is_phonetic = False
        self._is_text = False
        self._length = 0
        self._left_characters = MAX_TEXT_CHARACTERS
        self._left_elements = max_elements

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._left_elements -= 1
        if self._left_elements < 0:
            raise FaultError("spreadsheet_too_large")
        kind = local_name(name)
        if kind == "si":
            self._parts, self._length = [], 0
        elif kind == "rPh":
            self._is_phonetic = True
        elif kind == "t":
            self._is_text = not self._is_phonetic

    def end(self, name: str) -> None:
        kind = local_name(name)
        if kind == "t":
            self._is_text = False
        elif kind == "rPh":
            self._is_phonetic = False
        elif kind == "si" and self._parts is not None:
            text = unescaped("".join(self._parts))
            self._left_characters -= len(text)
            if self._left_characters < 0:
                raise FaultError("spreadsheet_too_large")
            self.texts.append(text)
            self._parts = None

    def characters(self, data: str) -> None:
        if self._is_text and self._parts is not None:
            self._parts.append(data)
            self._length += len(data)
            if self._length > LONGEST_TEXT:
                raise FaultError("spreadsheet_too_large")


def _shared_texts(archive: Archive) -> list[str]:
    reader, parser = _TextReader(archive.max_elements), make_parser()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.characters
    archive.parse("xl/sharedStrings.xml", parser)
    return reader.texts


def unescaped(text: str) -> str:
    """Return a text with the escapes of the standard (`_x000A_`) replaced; carriage returns are left out."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1].lower() != "000d" else "", text)


def _number_kinds(archive: Archive) -> list[NumberKind]:
    """Return how the numbers of each cell format are shown."""
    own: dict[str, NumberKind] = {}
    kinds: list[NumberKind] = []
    is_inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal is_inside
        kind = local_name(name)
        if kind == "numFmt":
            _check_count(own, _MOST_FORMATS)
            own[attributes.get("numFmtId", "")] = kind_of_format(attributes.get("formatCode", "")[:255])
        elif kind == "cellXfs":
            is_inside = True
        elif kind == "xf" and is_inside:
            _check_count(kinds, _MOST_FORMATS)
            number = attributes.get("numFmtId", "0")
            kinds.append(own.get(number) or _BUILT_IN.get(number, NumberKind.PLAIN))

    def end(name: str) -> None:
        nonlocal is_inside
        is_inside = is_inside and local_name(name) != "cellXfs"

    parser = make_parser()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    archive.parse("xl/styles.xml", parser)
    return kinds


def kind_of_format(code: str) -> NumberKind:
    """Return how a number format shows a number: as a day, a time, an elapsed time, or a number."""
    if _ELAPSED.search(code):
        return NumberKind.ELAPSED
    tokens = _NOT_TOKENS.sub("", code.partition(";")[0]).lower()
    if "general" in tokens:
        return NumberKind.PLAIN
    if "y" in tokens or "d" in tokens or ("m" in tokens and "h" not in tokens and "s" not in tokens):
        return NumberKind.DAY
    return NumberKind.TIME if "h" in tokens or "s" in tokens else NumberKind.PLAIN
