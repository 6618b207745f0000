"""The refused rows of a charge file as a file that can be corrected and sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO

from clearing.reasons import Finding
from foundation.tabular.table import Table
from provider_portal.load.charge_files import RowAnswer
from provider_portal.rules.charge_columns import CHARGE_COLUMNS
from provider_portal.rules.refused_rows import RefusedRow, write_refused_rows

Describe = Callable[[Finding], str]
"""Return the text of a finding in the reader's language."""


def write_refused_file(
    target: BinaryIO, names: Iterable[str], rows: Iterable[RowAnswer], describe: Describe
) -> None:
    """Write refused rows as a file: the contract's columns first, then the others that were sent.

    Args:
        names: The names of all columns that were sent.
    """
    header = (*CHARGE_COLUMNS, *(name for name in names if name not in CHARGE_COLUMNS))
    write_refused_rows(target, header, (_as_sent(row, header, describe) for row in rows))


def _as_sent(row: RowAnswer, header: Sequence[str], describe: Describe) -> RefusedRow:
    cells = {} if row.charge is None else row.charge.sent
    return _refused(row, row.row, [str(cells.get(name, "")) for name in header], describe)


def write_refused_file_of_dry_run(
    target: BinaryIO, table: Table, results: Sequence[RowAnswer], describe: Describe
) -> None:
    """Write the refused rows of a dry run, under the header of the file itself."""
    pairs = zip(table.rows(), results, strict=True)
    refused = ((row, result) for row, result in pairs if result.answer.outcome == "refused")
    rows = (_refused(result, row.number, row.sent, describe) for row, result in refused)
    write_refused_rows(target, table.header, rows)


def _refused(result: RowAnswer, number: int, sent: Sequence[str], describe: Describe) -> RefusedRow:
    findings = result.answer.findings
    codes, sentences = [finding.code for finding in findings], [describe(finding) for finding in findings]
    return RefusedRow(number=number, sent=sent, codes=codes, sentences=sentences)
