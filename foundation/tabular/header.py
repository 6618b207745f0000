"""Where the column names of a file are: often below titles, and not always on the first sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from foundation.tabular.clean_text import clean_cell
from foundation.tabular.mapping import Mapping
from foundation.tabular.table import Layout, RawRow

SEARCHED_ROWS = 20
FEWEST_NAMES = 2
"""A row that has fewer of our names is a title, or data in which one of them stands by chance."""

IsHeader = Callable[[Sequence[str]], bool]


def plain_name(name: str) -> str:
    """Return a column name without differences in case, spaces and hyphens."""
    return "_".join(clean_cell(name).replace("-", " ").replace("_", " ").casefold().split())


def header_of(layout: Layout, mapping: Mapping | None) -> IsHeader:
    """Return what recognises the header: all columns that a mapping reads, or some of our own names."""
    used = {
        plain_name(name)
        for source in (mapping.columns.values() if mapping else ())
        for name in source.columns
    }
    if used:
        return lambda cells: used <= {plain_name(cell) for cell in cells}
    known = set(layout.columns)
    return lambda cells: len(known & {plain_name(cell) for cell in cells}) >= FEWEST_NAMES


def likely_header(rows: Iterable[RawRow]) -> int:
    """Return the row in which a person would look for the column names: the first as wide as a table."""
    widths = [
        (number, sum(bool(cell.strip()) for cell in cells)) for number, cells in islice(rows, SEARCHED_ROWS)
    ]
    widest = max((width for _, width in widths), default=0)
    wide = (number for number, width in widths if width > 1 and 4 * width >= 3 * widest)
    return next(wide, 1)


def no_header(_cells: Sequence[str]) -> bool:
    """Recognise no header: the first row is taken for it."""
    return False


def find_header(rows: Iterable[RawRow], is_header: IsHeader) -> int | None:
    """Return the number of the first row that is a header, among the first rows; None if none is."""
    return next((number for number, cells in islice(rows, SEARCHED_ROWS) if is_header(cells)), None)
