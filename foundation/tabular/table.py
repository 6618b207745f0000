"""Tables: the layout that a file should have, and its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from foundation.tabular.faults import CellFault

MAX_ROWS = 100_000
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 10_000
MAX_RECORDS = 3 * MAX_ROWS
"""Rows of a file that are looked at, the empty ones among them."""
MAX_LINE_BYTES = 1_000_000
MAX_FILE_BYTES = 25_000_000

RawRow = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file, in the order in which we write them, and which are numbers, days or times."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    numbers: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()
    """Columns of keys and names, in which a spreadsheet must not make a day or `true` of what was typed."""
    leaves_totals_out: bool = False
    """A last row of totals is none of the rows; the reader of the file then says so."""
    reported: frozenset[str] = frozenset()
    """Columns that our reports add to a file. They are ignored when the file is read again."""

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True)
class FileForm:
    """How a table is written, so that some of its rows can be written the same way.

    `top` is what stands above the header, which is the row `header_row`. Only `sheet` is of spreadsheets.
    """

    is_spreadsheet: bool = False
    sheet: str = ""
    encoding: str = "utf-8-sig"
    delimiter: str = ";"
    line_end: str = "\r\n"
    header_row: int = 1
    top: tuple[RawRow, ...] = ()


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file as header and rows, before its columns are matched. The header is row 1, as in a spreadsheet."""

    header: tuple[str, ...]
    rows: Callable[[], Iterator[RawRow]]
    row_count: int
    delimiter: str = ";"
    is_spreadsheet: bool = False
    """True for spreadsheets, whose numbers are floats: 74.56 can be stored as 74.55999999999999."""
    has_marks: bool = False
    """Cells may begin with a mark of `foundation.tabular.marks`."""
    last: RawRow | None = None
    """The last row, which may be one of totals."""
    form: FileForm = field(default_factory=FileForm)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: cells by column, in our notation (dot, ISO day). `sent` is the row as it is in the file."""

    number: int
    cells: dict[str, str]
    sent: list[str]
    faults: tuple[CellFault, ...] = ()
    cleaned: tuple[str, ...] = ()
    """Columns in which a float artefact was rounded to two decimals."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read. Each call of `rows()` starts at the first row."""

    header: tuple[str, ...]
    rows: Callable[[], Iterator[Row]]
    row_count: int
    delimiter: str
    unknown_columns: tuple[str, ...] = field(default=())
    totals_row: int | None = None
    """The number of a last row that only sums up the others; it is none of `rows`."""
    form: FileForm = field(default_factory=FileForm)
    sent_rows: Callable[[], Iterator[RawRow]] = lambda: iter(())
    """The rows as they are in the file, with the marks of `foundation.tabular.marks`."""
