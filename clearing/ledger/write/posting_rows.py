"""Postings as rows, and their changes to balances and holds as columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clearing.ledger.rules.postings import Posting, balance_changes, hold_changes
from foundation.database.copy_text import day_text, plain_cells

POSTING_COLUMNS = ("transaction_id", "at", *Posting._fields)


def posting_row(number: int, at: datetime, posting: Posting) -> dict[str, Any]:
    """Return the row of a posting that belongs to the transaction `number`."""
    return dict(zip(POSTING_COLUMNS, (number, at, *posting), strict=True))


def posting_line(number: int, at: datetime, posting: Posting) -> str:
    """Return a posting as a line in COPY's text format. Numbers and times need no escaping."""
    return f"{number}\t{day_text(at)}\t{plain_cells(posting)}\n"


def balance_columns(postings: Sequence[Posting]) -> list[list[int]]:
    """Return a column of the fundings whose balance changes, in id order, and a column for each change.

    Empty if no balance changes.
    """
    changes = sorted(balance_changes(postings).items())
    return [
        list(column) for column in zip(*((key, *change.as_tuple()) for key, change in changes), strict=True)
    ]


def hold_columns(postings: Sequence[Posting]) -> list[list[int]]:
    """Return a column of the choices whose hold changes, in id order, and a column of the changes."""
    changes = sorted((key, change) for key, change in hold_changes(postings).items() if change)
    return [list(column) for column in zip(*changes, strict=True)]
