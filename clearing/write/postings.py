"""Postings into the ledger, and the balances and holds that follow from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from clearing.rules.postings import Posting, balance_changes, hold_changes
from clearing.write.rows import store_rows
from foundation.database.columns import Base, table_of
from foundation.database.tables import choices, grants, ledger


def post(session: Session, transactions: Iterable[Sequence[Posting]], *, at: datetime) -> None:
    """Store each transaction's postings under a number of its own and apply them to balances and holds.

    The caller has locked the fundings. The database refuses a balance below zero: that would be a bug here,
    not a refusal, so it is not caught.
    """
    kept = [postings for postings in transactions if postings]
    numbers = _transaction_numbers(session, len(kept))
    rows = [
        {"transaction_id": number, "at": at, **asdict(posting)}
        for number, postings in zip(numbers, kept, strict=True)
        for posting in postings
    ]
    store_rows(session, ledger.Posting, rows)
    flat = [posting for postings in kept for posting in postings]
    _change_balances(session, flat)
    _change_holds(session, flat)


def _transaction_numbers(session: Session, count: int) -> list[int]:
    if not count:
        return []
    numbers = select(ledger.transaction_numbers.next_value())
    return list(session.scalars(numbers.select_from(text("generate_series(1, :count)")), {"count": count}))


def _change_balances(session: Session, postings: Sequence[Posting]) -> None:
    changes = [{"key": key, **asdict(change)} for key, change in sorted(balance_changes(postings).items())]
    if not changes:
        return
    table = table_of(grants.Balance)
    names = [name for name in changes[0] if name != "key"]
    statement = (
        update(table)
        .where(table.c.funding_id == bindparam("key"))
        .values({name: table.c[name] + bindparam(name) for name in names})
    )
    session.connection().execute(statement, changes)
    _forget(session, grants.Balance, changes)


def _change_holds(session: Session, postings: Sequence[Posting]) -> None:
    changes = [
        {"key": key, "change": change} for key, change in sorted(hold_changes(postings).items()) if change
    ]
    if not changes:
        return
    table = table_of(choices.Choice)
    statement = (
        update(table)
        .where(table.c.id == bindparam("key"))
        .values(held_cents=table.c.held_cents + bindparam("change"))
    )
    session.connection().execute(statement, changes)
    _forget(session, choices.Choice, changes)


def _forget(session: Session, mapped: type[Base], changes: Sequence[Mapping[str, int]]) -> None:
    """Objects of the session that show these rows are read anew when next looked at."""
    for change in changes:
        stale = session.identity_map.get(identity_key(mapped, change["key"]))
        if stale is not None:
            session.expire(stale)
