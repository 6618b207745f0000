"""The result of importing a file, and its refused rows as a file to correct."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from foundation.tabular.faults import CellFault
from foundation.tabular.writing import write_table

REPORT_COLUMNS = ("file_row", "reason_codes", "reasons")

CELL_FAULT_TEXTS = {
    "field_missing": "The field %(field)s is empty.",
    "field_malformed": (
        "The field %(field)s cannot be read. In a spreadsheet, format codes and long numbers as text."
    ),
    "field_unknown": "There is no field %(field)s.",
    "too_many_decimals": "The field %(field)s has more than two decimals.",
    "word_unknown": "The mapping does not know this word of the field %(field)s.",
}
"""The text of each fault of a cell (msgids)."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row was refused: the column, a public code, and a text (msgid)."""

    field: str
    code: str
    text: str

    @classmethod
    def of_cell(cls, fault: CellFault) -> RowFault:
        """Return the fault of a cell as a fault of its row."""
        return cls(fault.field, fault.code.value, CELL_FAULT_TEXTS[fault.code.value])


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was refused, as it was sent."""

    number: int
    sent: Sequence[str]
    faults: Sequence[RowFault]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on the file as a whole. `text` is a msgid with these values."""

    code: str
    text: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many rows were imported, how many changed nothing, and which were refused."""

    header: Sequence[str]
    delimiter: str
    rows: int
    imported: int
    unchanged: int
    refused: Sequence[RefusedRow]
    notes: Sequence[Note] = ()


Translate = Callable[..., str]
"""Translates a msgid with values: `translate(msgid, **values)`."""


def write_refused_rows(report: ImportReport, translate: Translate) -> bytes:
    """Write the refused rows as they were sent, with row numbers, codes and reasons, to be corrected and
    imported."""
    names = [name for name in report.header if name not in REPORT_COLUMNS]
    rows = (
        (*_padded(row.sent, len(names)), str(row.number), *_reasons(row, translate)) for row in report.refused
    )
    return write_table((*names, *REPORT_COLUMNS), rows, delimiter=report.delimiter)


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _reasons(row: RefusedRow, translate: Translate) -> tuple[str, str]:
    codes = dict.fromkeys(fault.code for fault in row.faults)
    texts = dict.fromkeys(translate(fault.text, field=fault.field) for fault in row.faults)
    return " ".join(codes), " ".join(texts)
