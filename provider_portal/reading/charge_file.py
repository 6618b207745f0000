"""Charges in a file (contract, Charge file): rows ready to be decided, the refused ones back as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from foundation.tabular.mapping import Mapping
from foundation.tabular.reading import read_table
from foundation.tabular.table import MAX_ROWS, Layout, Table
from foundation.tabular.writing import write_table

REPORT_COLUMNS = ("file_row", "reason_codes", "reasons")
CHARGE_LAYOUT = Layout(
    required=("reference", "voucher", "service", "service_day", "quantity", "unit", "unit_price"),
    optional=("start", "end", "total", "client", "worker", "note"),
    numbers=frozenset({"quantity", "unit_price", "total"}),
    days=frozenset({"service_day"}),
    reported=frozenset(REPORT_COLUMNS),
)
CHARGE_COLUMNS = (
    "reference",
    "voucher",
    "service",
    "service_day",
    "start",
    "end",
    "quantity",
    "unit",
    "unit_price",
    "total",
    "client",
    "worker",
    "note",
)
"""In the order of the contract."""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken: as it was sent, and why, in codes and in words."""

    number: int
    sent: Sequence[str]
    codes: Sequence[str]
    sentences: Sequence[str]


def read_charge_file(data: bytes, mapping: Mapping | None = None, *, max_rows: int = MAX_ROWS) -> Table:
    """Read a charge file (delimited text or XLSX). Raises UnreadableTableError.

    Faults of single cells are left to the rules (R-01): each row's cells go to the decision as they are,
    and a cell of a column that nobody knows is an unknown field there.
    """
    return read_table(data, CHARGE_LAYOUT, mapping=mapping, max_rows=max_rows)


def write_refused_rows(
    header: Sequence[str], refused: Iterable[RefusedRow], *, delimiter: str = ";"
) -> bytes:
    """The refused rows as they were sent, with row number, codes and reasons; harmless, and read again."""
    names = [name for name in header if name not in REPORT_COLUMNS]
    rows = ((*_padded(row.sent, len(names)), str(row.number), *_told(row)) for row in refused)
    return write_table((*names, *REPORT_COLUMNS), rows, delimiter=delimiter)


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _told(row: RefusedRow) -> tuple[str, str]:
    return " ".join(row.codes), " ".join(row.sentences)
