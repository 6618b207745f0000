"""Fundings as facts: terms, histories, choices, and the charges so far.

The database lays out what seldom changes of a funding as one document (docs/decisions/0055), and adds what a
charge changes: it is read for every charge, so it is worth being quick (docs/decisions/0055).
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.grants.facts.funding import Funding
from clearing.grants.load.funding_documents import read_funding
from foundation.database.session import driver
from foundation.database.tables import grants as tables

_LOCK = "SELECT funding_id FROM balance WHERE funding_id = ANY(%s::bigint[]) ORDER BY funding_id FOR UPDATE"
_BY_ID = "SELECT document FROM funding_facts WHERE funding_id = ANY(%s::bigint[])"


def fundings(session: Session, funding_ids: Iterable[int], *, lock: bool) -> dict[int, Funding]:
    """The fundings as facts, by id; with `lock` their balances are locked first, in id order.

    The reading is a statement of its own: it must see what those who held the lock before have written.
    """
    connection, ids = driver(session), list(funding_ids)
    with connection.pipeline():
        if lock:
            connection.execute(_LOCK, (ids,), prepare=True)
        rows = connection.execute(_BY_ID, (ids,), prepare=True)
    found = [read_funding(document) for (document,) in rows]
    return {funding.id: funding for funding in found}


def client_of(session: Session, funding_id: int) -> int:
    """Return the id of the client whose funding it is."""
    return session.execute(
        select(tables.Funding.client_id).where(tables.Funding.id == funding_id)
    ).scalar_one()
