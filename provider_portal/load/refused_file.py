"""The refused rows of a charge file as a file that can be corrected and sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.reasons import Finding
from foundation.database.tables.uploads import ChargeFileRefused
from provider_portal.load.charge_files import RowAnswer
from provider_portal.rules.charge_columns import CHARGE_COLUMNS
from provider_portal.rules.refused_rows import CSV, RefusedPart, RefusedRow, write_refused_rows

Describe = Callable[[Finding], str]
"""Return the text of a finding in the reader's language."""


def refused_kind(session: Session, file_id: int) -> str:
    """Return in which form a file's refused rows are given back: `csv`, `xlsx` or `xml`."""
    query = select(ChargeFileRefused.kind).where(ChargeFileRefused.charge_file_id == file_id)
    return session.scalar(query) or CSV


def refused_as_sent(session: Session, file_id: int) -> RefusedPart | None:
    """Return a file's refused rows as they came; None if none was refused, or before they were kept."""
    refused = ChargeFileRefused
    query = select(refused.kind, refused.content).where(refused.charge_file_id == file_id)
    row = session.execute(query).one_or_none()
    return None if row is None else RefusedPart(row.kind, row.content)


def write_refused_file(
    target: BinaryIO, names: Iterable[str], rows: Iterable[RowAnswer], describe: Describe
) -> None:
    """Write refused rows as CSV: the contract's columns first, then the others that were sent.

    Args:
        names: The names of all columns that were sent.
    """
    header = (*CHARGE_COLUMNS, *(name for name in names if name not in CHARGE_COLUMNS))
    write_refused_rows(target, header, (_as_sent(row, header, describe) for row in rows))


def _as_sent(row: RowAnswer, header: Sequence[str], describe: Describe) -> RefusedRow:
    cells = {} if row.charge is None else row.charge.sent
    return with_reasons(row, [str(cells.get(name, "")) for name in header], describe)


def with_reasons(result: RowAnswer, sent: Sequence[str], describe: Describe) -> RefusedRow:
    """Return a row with its reasons in words."""
    findings = result.answer.findings
    codes, sentences = [finding.code for finding in findings], [describe(finding) for finding in findings]
    return RefusedRow(number=result.row, sent=sent, codes=codes, sentences=sentences)
