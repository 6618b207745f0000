"""The numbers that audit rows have taken, and the transactions that may still add a row under one of them.

A row takes its number from a sequence, and its transaction commits in any order. An INSERT or COPY locks the
table (ROW EXCLUSIVE) before it takes a number and keeps the lock until its transaction ends. So when every
transaction that holds that lock now has ended, no row can be added any more under a number taken until now.
Waiting for them blocks nobody: no lock is taken.
"""

from collections.abc import Collection

from sqlalchemy import text
from sqlalchemy.orm import Session

_NEWEST = text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM audit_event_id_seq")
_WRITERS = text("""
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'audit_event'::regclass
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()
""")


def newest_number(session: Session) -> int:
    """Return the newest number that any audit row has taken, committed or not; 0 before the first."""
    return int(session.execute(_NEWEST).scalar_one())


def open_writers(session: Session) -> frozenset[str]:
    """Return the open transactions that write audit rows, except this session's own."""
    return frozenset(session.scalars(_WRITERS))


def any_still_open(session: Session, writers: Collection[str]) -> bool:
    """Return whether one of these transactions has not ended yet."""
    return bool(writers) and not open_writers(session).isdisjoint(writers)
