"""The books check themselves: balances are what the ledger says."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.grants import Balance
from foundation.database.tables.ledger import Posting

_NAMES = {1: "free_cents", 2: "held_cents", 3: "charged_cents"}


def check_books(session: Session) -> None:
    """Assert that every balance's free, held and charged money is the sum of its postings."""
    session.flush()
    session.expire_all()
    sums: Counter[tuple[int | None, str]] = Counter()
    for row in session.scalars(select(Posting)):
        for account, sign in ((row.from_account, -1), (row.to_account, 1)):
            if account in _NAMES:
                sums[row.funding_id, _NAMES[account]] += sign * row.amount_cents
    for balance in session.scalars(select(Balance)):
        for name in _NAMES.values():
            stored = (balance.funding_id, name, getattr(balance, name))
            assert stored == (balance.funding_id, name, sums[balance.funding_id, name])
