"""What a table is: the columns it should have, the rows it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from foundation.tabular.faults import CellFault

MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 10_000

RawRow = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file of ours, in the order in which we write them; which are numbers, which days."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    reported: frozenset[str] = frozenset()
    """Columns that our own reports add to a file; read back, they are passed over."""

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file taken apart, before its columns have a meaning. The header is row 1, as in a spreadsheet."""

    header: tuple[str, ...]
    rows: Callable[[], Iterator[RawRow]]
    row_count: int
    delimiter: str = ";"
    numbers_are_binary: bool = False
    """True for spreadsheets, whose numbers are floats: 74.56 may stand there as 74.55999999999999."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: cells by column, in our notation (dot, ISO day); `sent` is the row as it stood in the file."""

    number: int
    cells: dict[str, str]
    sent: list[str]
    faults: tuple[CellFault, ...] = ()
    cleaned: tuple[str, ...] = ()
    """Columns where a float artefact was cleaned to two decimals."""


@dataclass(frozen=True, slots=True)
class Table:
    """A readable file. `rows()` may be walked more than once, each time from the start."""

    header: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    row_count: int
    delimiter: str
    unknown_columns: tuple[str, ...] = field(default=())
