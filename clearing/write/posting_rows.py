"""Postings as rows, and what they change, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from clearing.rules.postings import Posting, balance_changes, hold_changes

_NAMES = tuple(Posting.__dataclass_fields__)


def posting_row(number: int, at: datetime, posting: Posting) -> dict[str, Any]:
    """The row of a posting of the transaction `number`."""
    return {"transaction_id": number, "at": at, **{name: getattr(posting, name) for name in _NAMES}}


def balance_columns(postings: Sequence[Posting]) -> list[list[int]]:
    """The fundings whose balance changes, in id order, and by how much each part of it; empty without any."""
    changes = sorted(balance_changes(postings).items())
    return [list(column) for column in zip(*((key, *one.as_tuple()) for key, one in changes), strict=True)]


def hold_columns(postings: Sequence[Posting]) -> list[list[int]]:
    """The choices whose hold changes, in id order, and by how much; empty without any."""
    changes = sorted((key, change) for key, change in hold_changes(postings).items() if change)
    return [list(column) for column in zip(*changes, strict=True)]
