"""Postings as rows, and what they change, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clearing.ledger.rules.postings import Posting, balance_changes, hold_changes
from foundation.database.copy_text import day_text, plain_cells

POSTING_COLUMNS = ("transaction_id", "at", *Posting._fields)


def posting_row(number: int, at: datetime, posting: Posting) -> dict[str, Any]:
    """The row of a posting of the transaction `number`."""
    return dict(zip(POSTING_COLUMNS, (number, at, *posting), strict=True))


def posting_line(number: int, at: datetime, posting: Posting) -> str:
    """The row of a posting in COPY's text format: numbers and a moment need no second look."""
    return f"{number}\t{day_text(at)}\t{plain_cells(posting)}\n"


def balance_columns(postings: Sequence[Posting]) -> list[list[int]]:
    """The fundings whose balance changes, in id order, and by how much each part of it; empty without any."""
    changes = sorted(balance_changes(postings).items())
    return [list(column) for column in zip(*((key, *one.as_tuple()) for key, one in changes), strict=True)]


def hold_columns(postings: Sequence[Posting]) -> list[list[int]]:
    """The choices whose hold changes, in id order, and by how much; empty without any."""
    changes = sorted((key, change) for key, change in hold_changes(postings).items() if change)
    return [list(column) for column in zip(*changes, strict=True)]
