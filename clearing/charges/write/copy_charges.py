"""Many decided charges as the text that COPY reads, with what they change; no database is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from clearing.charges.write.charge_rows import (
    CHARGE_COLUMNS,
    NewCharge,
    charge_line,
    json_text,
    postings_of,
    reason_rows,
)
from clearing.ledger.write.posting_rows import POSTING_COLUMNS, balance_columns, hold_columns, posting_line
from foundation.database.copy_text import CopyText, copy_lines, copy_text


class ChargeTexts(NamedTuple):
    """Charges, their reasons and postings, and the changes of balances and holds that follow."""

    charges: CopyText
    reasons: CopyText
    postings: CopyText
    balances: list[list[int]]
    holds: list[list[int]]


def charge_texts(
    new: Sequence[NewCharge], keys: Sequence[tuple[int, int]], service_ids: Mapping[str, int]
) -> ChargeTexts:
    """Lay out charges under their keys: each an id, and a number for its ledger transaction."""
    drawn = [
        (number, one, posting)
        for (key, number), one in zip(keys, new, strict=True)
        for posting in postings_of(key, one)
    ]
    postings = [posting for _, _, posting in drawn]
    findings = [
        (key, one.outcome.findings) for (key, _), one in zip(keys, new, strict=True) if one.outcome.findings
    ]
    lines = [charge_line(key, one, service_ids) for (key, _), one in zip(keys, new, strict=True)]
    return ChargeTexts(
        copy_lines(CHARGE_COLUMNS, lines),
        copy_text({**row, "words": json_text(row["words"])} for row in reason_rows(findings)),
        copy_lines(
            POSTING_COLUMNS, [posting_line(number, one.arrival.at, each) for number, one, each in drawn]
        ),
        balance_columns(postings),
        hold_columns(postings),
    )
