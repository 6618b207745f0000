"""The refused rows of a charge file as a file that can be corrected and sent again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from clearing.reasons import Finding
from foundation.tabular.table import Table
from provider_portal.load.charge_files import RowAnswer
from provider_portal.rules.charge_columns import CHARGE_COLUMNS
from provider_portal.rules.refused_rows import RefusedRow, write_refused_rows

Describe = Callable[[Finding], str]
"""Return the text of a finding in the reader's language."""


def refused_file(rows: Sequence[RowAnswer], describe: Describe) -> bytes:
    """Return refused rows as a file: the contract's columns first, then any others that were sent."""
    sent = [row.charge.sent for row in rows if row.charge is not None]
    named = dict.fromkeys(name for cells in sent for name in cells)
    header = (*CHARGE_COLUMNS, *(name for name in named if name not in CHARGE_COLUMNS))
    return write_refused_rows(
        header,
        [
            RefusedRow(
                number=row.row,
                sent=[str(cells.get(name, "")) for name in header],
                codes=[finding.code for finding in row.answer.findings],
                sentences=[describe(finding) for finding in row.answer.findings],
            )
            for row, cells in zip(rows, sent, strict=True)
        ],
    )


def refused_file_of_dry_run(table: Table, results: Sequence[RowAnswer], describe: Describe) -> bytes:
    """Return the refused rows of a dry run, under the header of the file itself."""
    return write_refused_rows(
        table.header,
        [
            RefusedRow(
                number=row.number,
                sent=row.sent,
                codes=[finding.code for finding in result.answer.findings],
                sentences=[describe(finding) for finding in result.answer.findings],
            )
            for row, result in zip(table.rows(), results, strict=True)
            if result.answer.outcome == "refused"
        ],
    )
