"""The rows that were written since the evening before, found by their transaction numbers.

A row that breaks an invariant tonight and did not last night was written since, or a row that the invariant
reads with it was. So each invariant is checked on those rows, and once a week on all rows. A deleted row is
not found here: postings are counted, and other deletions are found by the weekly check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

_NEXT_TRANSACTION = "SELECT CAST(CAST(pg_snapshot_xmax(pg_current_snapshot()) AS text) AS bigint)"
_AGE = "SELECT age(CAST(CAST(:since AS text) AS xid))"
_NEW = "age(xmin) <= :age"
_PAID = "SELECT id FROM charge WHERE state = 'accepted' AND"
_OWN = f"SELECT id FROM charge WHERE {_NEW}"
_GRANTED = f"""{_OWN} UNION {_PAID} funding_id = ANY (ARRAY(SELECT id FROM funding WHERE {_NEW}
  UNION SELECT funding_id FROM funding_state WHERE {_NEW}
  UNION SELECT funding_id FROM funding_terms WHERE {_NEW}))"""
_SCOPES = {
    "own": _OWN,
    "granted": _GRANTED,
    "chosen": f"""{_GRANTED} UNION {_PAID} funding_id = ANY (ARRAY(
      SELECT funding_id FROM choice WHERE {_NEW}))""",
    "approved": f"""{_OWN} UNION {_PAID} (provider_id, service_id) IN (
      SELECT provider_id, service_id FROM approval WHERE {_NEW}
      UNION SELECT a.provider_id, a.service_id FROM approval a JOIN approval_state s ON s.approval_id = a.id
      WHERE age(s.xmin) <= :age)""",
    "priced": f"{_OWN} UNION {_PAID} offering_id IN (SELECT offering_id FROM price WHERE {_NEW})",
    "fundings": f"""SELECT id FROM funding WHERE {_NEW}
      UNION SELECT funding_id FROM balance WHERE {_NEW} UNION SELECT funding_id FROM choice WHERE {_NEW}
      UNION SELECT funding_id FROM funding_state WHERE {_NEW}
      UNION SELECT funding_id FROM funding_terms WHERE {_NEW}
      UNION SELECT funding_id FROM charge WHERE {_NEW} AND funding_id IS NOT NULL
      UNION SELECT funding_id FROM posting WHERE {_NEW} AND funding_id IS NOT NULL""",
    "runs": f"""SELECT id FROM payment_run WHERE {_NEW} UNION SELECT run_id FROM settlement WHERE {_NEW}
      UNION SELECT run_id FROM payment WHERE {_NEW}
      UNION SELECT run_id FROM posting WHERE {_NEW} AND run_id IS NOT NULL
      UNION SELECT t.run_id FROM settlement t JOIN settlement_charge k ON k.settlement_id = t.id
        WHERE age(k.xmin) <= :age OR k.charge_id = ANY (ARRAY({_OWN}))""",
}
"""The ids to check again, by scope: charges that were written, or that depend on a written funding, choice,
approval or price; then fundings and runs."""


@dataclass(frozen=True, slots=True)
class BookState:
    """The database one evening: the next transaction's number, the last posting, the number of postings."""

    next_transaction: int
    posting_id: int
    postings: int


def book_state(session: Session) -> BookState:
    """Return the current state. Call it in a transaction that has written nothing."""
    return BookState(session.scalar(text(_NEXT_TRANSACTION)) or 0, *_postings(session))


def written_ids(session: Session, since: BookState) -> dict[str, list[int]]:
    """Return the ids to check again, by scope."""
    age = session.scalar(text(_AGE), {"since": since.next_transaction})
    found: dict[str, list[int]] = {}
    for name, query in _SCOPES.items():
        found[name] = list(session.scalars(text(query), {"age": age}))
    return found


def lost_postings(session: Session, since: BookState) -> int:
    """Return how many of that evening's postings have been deleted."""
    count = session.scalar(text("SELECT count(*) FROM posting WHERE id <= :last"), {"last": since.posting_id})
    return since.postings - (count or 0)


def _postings(session: Session) -> Any:
    return session.execute(text("SELECT coalesce(max(id), 0), count(*) FROM posting")).one()
