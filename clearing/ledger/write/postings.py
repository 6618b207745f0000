"""Postings into the ledger, and the balances and holds that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from clearing.ledger.rules.postings import Posting
from clearing.ledger.write.posting_rows import balance_columns, hold_columns, posting_row
from foundation.database.columns import Base
from foundation.database.copy_text import CopyText
from foundation.database.failpoints import failpoint
from foundation.database.rows import reserve_numbers, store_rows, store_text
from foundation.database.session import driver
from foundation.database.tables import choices, grants, ledger

_BALANCES = """
UPDATE balance b SET granted_cents = b.granted_cents + c.granted, free_cents = b.free_cents + c.free,
  held_cents = b.held_cents + c.held, charged_cents = b.charged_cents + c.charged,
  settled_cents = b.settled_cents + c.settled, returned_cents = b.returned_cents + c.returned
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
  AS c (funding_id, granted, free, held, charged, settled, returned)
WHERE b.funding_id = c.funding_id
"""

_HOLDS = """
UPDATE choice h SET held_cents = h.held_cents + c.held
FROM unnest(%s::bigint[], %s::bigint[]) AS c (id, held) WHERE h.id = c.id
"""


def post(session: Session, transactions: Iterable[Sequence[Posting]], *, at: datetime) -> None:
    """Store each transaction's postings under a new number and apply them to balances and holds.

    The caller has locked the fundings. The database raises an error for a balance below zero. It is not
    caught, because it can only come from a bug.
    """
    stored = [postings for postings in transactions if postings]
    if stored:
        numbers = reserve_numbers(session, ledger.transaction_numbers.name, len(stored))
        post_numbered(
            session, [(number, at, postings) for number, postings in zip(numbers, stored, strict=True)]
        )


def post_numbered(session: Session, transactions: Sequence[tuple[int, datetime, Sequence[Posting]]]) -> None:
    """Store transactions as `post` does, each with a number and a time of its own."""
    flat = [posting for _, _, postings in transactions for posting in postings]
    rows = [posting_row(number, at, posting) for number, at, postings in transactions for posting in postings]
    store_rows(session, ledger.Posting, rows)
    _apply(session, balance_columns(flat), hold_columns(flat))


def post_text(
    session: Session, postings: CopyText, *, balances: Sequence[list[int]], holds: Sequence[list[int]]
) -> None:
    """Store postings that are already lines of COPY, with the changes that `posting_rows` computed."""
    store_text(session, ledger.Posting, postings)
    _apply(session, balances, holds)


def _apply(session: Session, balances: Sequence[list[int]], holds: Sequence[list[int]]) -> None:
    failpoint("ledger.after_postings")
    if balances:
        driver(session).execute(_BALANCES, balances, prepare=True)
        forget(session, grants.Balance, balances[0])
    failpoint("ledger.after_balances")
    if holds:
        driver(session).execute(_HOLDS, holds, prepare=True)
        forget(session, choices.Choice, holds[0])
    failpoint("ledger.after_holds")


def forget(session: Session, mapped: type[Base], keys: Iterable[int]) -> None:
    """Expire the session's objects of these rows, so that they are read again."""
    if not len(session.identity_map):
        return
    for key in keys:
        stale = session.identity_map.get(identity_key(mapped, key))
        if stale is not None:
            session.expire(stale)
