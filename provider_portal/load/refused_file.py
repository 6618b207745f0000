"""The refused rows of a file that was taken in, as a file."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from clearing.reasons import Finding
from foundation.tabular.table import Table
from foundation.vocabulary.languages import Language
from foundation.web.catalogues import translate
from foundation.web.languages import current_language
from foundation.web.values_in_words import in_words
from provider_portal.load.charge_files import RowAnswer, refused_rows
from provider_portal.rules.charge_columns import CHARGE_COLUMNS
from provider_portal.rules.refused_rows import RefusedRow, write_refused_rows


def refused_file(session: Session, file_id: int, language: Language | None = None) -> bytes:
    """The file's refused rows under the contract's header and whatever other columns they had."""
    rows = refused_rows(session, file_id)
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
                sentences=[sentence(finding, language) for finding in row.answer.findings],
            )
            for row, cells in zip(rows, sent, strict=True)
        ],
    )


def tried_refused_file(table: Table, results: Sequence[RowAnswer], language: Language | None = None) -> bytes:
    """The refused rows of a dry run, under the header of the file itself."""
    return write_refused_rows(
        table.header,
        [
            RefusedRow(
                number=row.number,
                sent=row.sent,
                codes=[finding.code for finding in result.answer.findings],
                sentences=[sentence(finding, language) for finding in result.answer.findings],
            )
            for row, result in zip(table.rows(), results, strict=True)
            if result.answer.outcome == "refused"
        ],
    )


def sentence(finding: Finding, language: Language | None = None) -> str:
    """A reason in the reader's language: what happened and how to fix it."""
    language = language or current_language()
    detail = in_words(finding.reason.detail, finding.values, language)
    fix = in_words(finding.reason.fix, finding.values, language)
    return f"{translate(finding.reason.title, language)}. {detail} {fix}"
