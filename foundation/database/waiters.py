"""Who waits for the locks of a transaction, so that long work can let them go first."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic, sleep

from sqlalchemy import text
from sqlalchemy.orm import Session

PAUSE_SECONDS = 0.02
_WAITERS = text("""
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'transactionid' AND NOT granted AND transactionid = pg_current_xact_id_if_assigned()::xid
""")
_AT_WORK = text("SELECT EXISTS (SELECT FROM pg_locks WHERE virtualtransaction = ANY(:waiters))")


def waiters_of(session: Session) -> list[str]:
    """Return the virtual transaction ids of those who wait for a row that this transaction has locked."""
    return list(session.scalars(_WAITERS))


def let_pass(session: Session, waiters: Sequence[str], *, seconds: float) -> None:
    """Wait until the waiters' transactions have ended, at most so many seconds.

    The caller should hold no lock that they may need: they would wait for each other until the time is up.
    """
    end = monotonic() + seconds
    while monotonic() < end and session.scalar(_AT_WORK, {"waiters": list(waiters)}):
        sleep(PAUSE_SECONDS)
    session.rollback()
