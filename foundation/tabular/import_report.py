"""What became of each row of a file that was taken in, and the refused rows as a file to mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from foundation.tabular.faults import CellFault
from foundation.tabular.writing import write_table

REPORT_COLUMNS = ("file_row", "reason_codes", "reasons")

CELL_WORDS = {
    "field_missing": "The field %(field)s is empty.",
    "field_malformed": "The field %(field)s cannot be read.",
    "field_unknown": "There is no field %(field)s.",
    "too_many_decimals": "The field %(field)s has more than two decimals.",
    "word_unknown": "The mapping does not know this word of the field %(field)s.",
}
"""The sentence of each code that a cell can have by itself (msgids)."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row was not taken: the column, a public code, and the sentence as a msgid."""

    field: str
    code: str
    words: str

    @classmethod
    def of_cell(cls, fault: CellFault) -> RowFault:
        """The fault of a cell that could not be read."""
        return cls(fault.field, fault.code.value, CELL_WORDS[fault.code.value])


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken, as it was sent."""

    number: int
    sent: Sequence[str]
    faults: Sequence[RowFault]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a person should know about the whole file; `words` is a msgid with these values."""

    code: str
    words: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Rows taken anew, rows that said what stood already, and the refused ones."""

    header: Sequence[str]
    delimiter: str
    rows: int
    taken: int
    unchanged: int
    refused: Sequence[RefusedRow]
    notes: Sequence[Note] = ()


Translate = Callable[..., str]
"""(msgid, **values) → text in the reader's language."""


def write_refused_rows(report: ImportReport, translate: Translate) -> bytes:
    """The refused rows as they were sent, with row number, codes and reasons; harmless, and read again."""
    names = [name for name in report.header if name not in REPORT_COLUMNS]
    rows = (
        (*_padded(row.sent, len(names)), str(row.number), *_told(row, translate)) for row in report.refused
    )
    return write_table((*names, *REPORT_COLUMNS), rows, delimiter=report.delimiter)


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _told(row: RefusedRow, translate: Translate) -> tuple[str, str]:
    codes = dict.fromkeys(fault.code for fault in row.faults)
    sentences = dict.fromkeys(translate(fault.words, field=fault.field) for fault in row.faults)
    return " ".join(codes), " ".join(sentences)
