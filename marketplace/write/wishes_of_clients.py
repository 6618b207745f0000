"""Rows of clients' wishes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from foundation.database.tables.mandates import ClientWish


def store_wish(
    session: Session, choice_id: int, *, kind: str, words: str, asked_by: int, now: datetime
) -> None:
    """Store what the client wanted with a choice."""
    session.add(ClientWish(choice_id=choice_id, kind=kind, words=words, asked_by=asked_by, asked_at=now))
    session.flush()
