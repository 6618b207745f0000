"""Secret addresses of calendars: only the SHA-256 of one is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.calendar_feeds import CalendarFeed


def store_feed(
    session: Session, *, role_grant_id: int, secret_sha256: str, shows_names: bool, now: datetime
) -> int | None:
    """Store a new address and return its id; None if the role has one that works."""
    values = {
        "role_grant_id": role_grant_id,
        "secret_sha256": secret_sha256,
        "shows_names": shows_names,
        "made_at": now,
    }
    statement = insert(CalendarFeed).values(**values)
    works = CalendarFeed.revoked_at.is_(None)
    statement = statement.on_conflict_do_nothing(index_elements=["role_grant_id"], index_where=works)
    return session.scalar(statement.returning(CalendarFeed.id))


def end_feed(session: Session, feed_id: int, *, now: datetime) -> None:
    """Revoke an address: it answers 404 from now on."""
    session.execute(update(CalendarFeed).where(CalendarFeed.id == feed_id).values(revoked_at=now))


def note_reading(session: Session, feed_id: int, *, now: datetime) -> None:
    """Note when a program has read an address; a reading at the same time is not waited for."""
    free = select(CalendarFeed.id).where(CalendarFeed.id == feed_id).with_for_update(skip_locked=True)
    session.execute(update(CalendarFeed).where(CalendarFeed.id.in_(free)).values(read_at=now))
