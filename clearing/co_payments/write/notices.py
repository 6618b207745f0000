"""That a mail about a bill was left."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.co_payments import CoPaymentNotice


def store_notice(session: Session, invoice_id: int, kind: str, *, now: datetime) -> bool:
    """Store it; return whether it is the first of its kind. Another transaction with the same waits here."""
    row = {"invoice_id": invoice_id, "kind": kind, "left_at": now}
    statement = insert(CoPaymentNotice).values(row).on_conflict_do_nothing()
    return session.scalar(statement.returning(CoPaymentNotice.invoice_id)) is not None
