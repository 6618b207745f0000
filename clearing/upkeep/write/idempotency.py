"""Idempotency keys that have served their time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from foundation.database.tables.idempotency import IdempotencyKey

KEPT = timedelta(hours=24)


def forget_old_keys(session: Session, now: datetime) -> int:
    """Forget keys (and the answers under them) older than 24 hours; returns how many."""
    found = session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT))
    return cast("CursorResult[object]", found).rowcount
