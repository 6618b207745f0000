"""The cells of one row of a file, read one by one; every fault is kept, none stops the reading."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from foundation.tabular.import_report import CELL_FAULT_TEXTS, RowFault
from foundation.vocabulary.dates import is_plausible, parse_iso_day
from foundation.vocabulary.money import parse_hundredths

YES = frozenset({"true", "yes", "1", "kyllä", "ja", "x"})
NO = frozenset({"", "false", "no", "0", "ei", "nej"})
Kind = TypeVar("Kind", bound=StrEnum)


class RowCells:
    """Reads cells; `faults` holds everything that is wrong with them."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self.cells = cells
        self.faults: list[RowFault] = []

    def text(self, name: str) -> str:
        """A text that must be there."""
        value = self.cells.get(name, "")
        if not value:
            self.wrong(name, "field_missing")
        return value

    def number(self, name: str) -> int | None:
        """Hundredths of a decimal; None if the cell is empty."""
        value = self.cells.get(name)
        read = parse_hundredths(value) if value else None
        if value and read is None:
            self.wrong(name)
        return read

    def day(self, name: str) -> date:
        """A day that must be there."""
        value = self.text(name)
        read = parse_iso_day(value)
        if value and (read is None or not is_plausible(read)):
            self.wrong(name)
        return read or date.min

    def choice(self, name: str, kind: type[Kind], otherwise: Kind) -> Kind:
        """One of the words of a kind."""
        value = self.cells.get(name)
        if not value:
            return otherwise
        try:
            return kind(value)
        except ValueError:
            self.wrong(name)
            return otherwise

    def yes(self, name: str) -> bool:
        """Yes or no, in words of three languages."""
        value = self.cells.get(name, "").casefold()
        if value not in YES | NO:
            self.wrong(name)
        return value in YES

    def wrong(self, name: str, code: str = "field_malformed") -> None:
        """Keep what is wrong with a cell."""
        self.faults.append(RowFault(name, code, CELL_FAULT_TEXTS[code]))
