"""What was written since the evening before, by whomever: read off the transaction numbers of the rows.

A row that breaks a sentence tonight and did not last night was written since, or something that the sentence
reads beside it was. So each sentence looks at the rows that it may be about, and at all of them each week. A
row that was deleted is not seen here: the postings are counted, the rest waits for the week's end.
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
"""Charges by what is judged anew of them: themselves, and those that hang on a funding, a choice, an
approval, a price; then fundings and runs."""


@dataclass(frozen=True, slots=True)
class Evening:
    """Where the book stood: the next transaction's number, the last posting, how many postings there were."""

    next_transaction: int
    posting_id: int
    postings: int


def evening(session: Session) -> Evening:
    """Where the book stands; asked in a transaction that has written nothing."""
    return Evening(session.scalar(text(_NEXT_TRANSACTION)) or 0, *_postings(session))


def touched(session: Session, since: Evening) -> dict[str, list[int]]:
    """Ids of what is to be looked at again, by what is judged anew."""
    age = session.scalar(text(_AGE), {"since": since.next_transaction})
    found: dict[str, list[int]] = {}
    for name, query in _SCOPES.items():
        found[name] = list(session.scalars(text(query), {"age": age}))
    return found


def lost_postings(session: Session, since: Evening) -> int:
    """How many of the postings of that evening are no longer there."""
    count = session.scalar(text("SELECT count(*) FROM posting WHERE id <= :last"), {"last": since.posting_id})
    return since.postings - (count or 0)


def _postings(session: Session) -> Any:
    return session.execute(text("SELECT coalesce(max(id), 0), count(*) FROM posting")).one()
