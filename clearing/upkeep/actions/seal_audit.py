"""Seal the new rows of the audit log: on the timetable, and whenever the books are verified."""

from datetime import datetime
from time import sleep

from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.ledger.load.audit_chain import ChainEnd, chain_end, lock_chain, rows_between
from clearing.ledger.load.audit_numbers import any_still_open, newest_number, open_writers
from clearing.ledger.rules.audit_chain import Numbers
from clearing.ledger.write.audit_seals import add_seal
from foundation.vocabulary.keys import KeyRing

MOST_AT_ONCE = 20_000
ROWS_IN_A_SEAL = 1000
PATIENCE_SECONDS = 10.0
POLL_SECONDS = 0.02


def seal_audit(
    session: Session, keys: KeyRing, *, now: datetime, patience_seconds: float = PATIENCE_SECONDS
) -> int:
    """Seal the numbers under which no row can be added any more; return how many rows were sealed.

    At most 20,000 rows are sealed at once, so the caller calls again while it gets that many. Nobody waits
    for this: it waits itself, at most `patience_seconds`, for the writers that are open when it begins. When
    one of them stays open, nothing is sealed this time. The transaction must be READ COMMITTED, because it
    reads what those writers have committed meanwhile.
    """
    session.flush()
    assert session.scalar(text("SHOW transaction_isolation")) == "read committed"
    lock_chain(session)
    closed = _newest_closed_number(session, patience_seconds)
    end, sealed = chain_end(session), 0
    while end.last_audit_id < closed and sealed < MOST_AT_ONCE:
        rows = rows_between(session, Numbers(end.last_audit_id + 1, closed), limit=ROWS_IN_A_SEAL)
        last = rows[-1][0] if len(rows) == ROWS_IN_A_SEAL else closed
        numbers = Numbers(end.last_audit_id + 1, last)
        end = ChainEnd(last, add_seal(session, numbers, rows, after=end.value, keys=keys, now=now))
        sealed += len(rows)
    return sealed


def _newest_closed_number(session: Session, patience_seconds: float) -> int:
    """Return a number up to which no row can be added any more; 0 when a writer outlasts the patience.

    The number is read before the writers: a writer that begins between the two takes a larger one.
    """
    newest, writers = newest_number(session), open_writers(session)
    for _ in range(int(patience_seconds / POLL_SECONDS) + 1):
        if not any_still_open(session, writers):
            return newest
        sleep(POLL_SECONDS)
    return 0
