"""Refused rows as a file: the rows as they were sent, and the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from foundation.tabular.writing import write_table_to
from provider_portal.rules.charge_columns import REPORT_COLUMNS

CSV, XLSX, XML = "csv", "xlsx", "xml"
"""The forms in which files come, by their suffix."""


@dataclass(frozen=True, slots=True)
class RefusedPart:
    """The refused rows of a file as they came: the form of the file, and they as `kept_rows` packs them."""

    kind: str
    content: bytes


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row as it was sent, with the codes and texts of its reasons."""

    number: int
    sent: Sequence[str]
    codes: Sequence[str]
    sentences: Sequence[str]


def write_refused_rows(
    target: BinaryIO, header: Sequence[str], refused: Iterable[RefusedRow], *, delimiter: str = ";"
) -> None:
    """Write the rows as they were sent, with row number, codes and reasons.

    The texts are safe in spreadsheets, and the file can be read again.
    """
    names = [name for name in header if name not in REPORT_COLUMNS]
    rows = ((*_padded(row.sent, len(names)), str(row.number), *_told(row)) for row in refused)
    write_table_to(target, (*names, *REPORT_COLUMNS), rows, delimiter=delimiter)


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _told(row: RefusedRow) -> tuple[str, str]:
    return " ".join(row.codes), " ".join(row.sentences)
