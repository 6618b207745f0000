"""Rows of photos."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from foundation.database.tables.photos import Photo


def insert_photo(session: Session, provider_id: int, values: Mapping[str, Any]) -> int:
    """Store a photo; return its id."""
    row = insert(Photo).values(provider_id=provider_id, hidden_why="", **values)
    return session.execute(row.returning(Photo.id)).scalar_one()


def update_texts(session: Session, photo_id: int, texts: Mapping[str, str]) -> None:
    """Replace what a photo shows in words, by column."""
    session.execute(update(Photo).where(Photo.id == photo_id).values(**texts))


def delete_photo(session: Session, photo_id: int) -> None:
    """Delete a photo."""
    session.execute(delete(Photo).where(Photo.id == photo_id))


def mark_hidden(session: Session, photo_id: int, why: str, *, by: int | None, now: datetime) -> None:
    """Hide a photo with a reason; without one it is shown again."""
    values = {"hidden_at": now, "hidden_by": by} if why else {"hidden_at": None, "hidden_by": None}
    session.execute(update(Photo).where(Photo.id == photo_id).values(hidden_why=why, **values))
