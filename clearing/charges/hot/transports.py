"""Two transports for what storing charges writes: a pipeline of INSERTs for a few, COPY for many."""

from sqlalchemy.orm import Session

from clearing.charges.hot.write_set import CopySet, WriteSet
from clearing.ledger.write.postings import apply_changes, expire_balances
from foundation.database.failpoints import failpoint
from foundation.database.pipeline import execute, execute_with_commit
from foundation.database.rows import store_text
from foundation.database.table_rows import insert_statement


def insert(session: Session, write_set: WriteSet, *, with_commit: bool) -> None:
    """Write everything in one round trip: now, or with the commit (`foundation.database.pipeline.commit`)."""
    statements = [insert_statement(rows) for rows in write_set.tables if rows.rows]
    statements += [change for change in (*write_set.changes, write_set.marks) if change is not None]
    if with_commit:
        execute_with_commit(session, *statements)
        return
    execute(session, *statements)
    expire_balances(session)
    failpoint("charge.after_statement")


def copy(session: Session, texts: CopySet) -> None:
    """Write everything by COPY."""
    for text in texts.tables:
        store_text(session, text)
    apply_changes(session, texts.changes)
    if texts.marks is not None:
        execute(session, texts.marks)
