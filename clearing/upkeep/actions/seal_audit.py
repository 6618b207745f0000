"""The audit log's new rows are linked to its chain: by the timetable, and whenever the books are verified."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.load.audit_chain import chain_end, lock_chain, unlinked_rows
from clearing.ledger.write.audit_links import add_links

MOST_AT_ONCE = 20_000


def seal_audit(session: Session, *, now: datetime) -> int:
    """Link the committed rows that have no link yet, at most 20,000; how many were linked.

    One transaction at a time extends the chain; the log's own writers never wait for it.
    """
    session.flush()
    lock_chain(session)
    end = chain_end(session)
    rows = unlinked_rows(session, end, limit=MOST_AT_ONCE)
    add_links(session, rows, after=end.value, now=now)
    return len(rows)
