"""Deleting old idempotency keys."""

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from foundation.database.tables.idempotency import IdempotencyKey

KEEP_FOR = timedelta(hours=24)


def delete_old_keys(session: Session, now: datetime) -> int:
    """Delete keys older than 24 hours with their stored answers; return how many."""
    deleted = session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEEP_FOR))
    return cast("CursorResult[object]", deleted).rowcount
