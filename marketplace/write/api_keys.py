"""API keys: only the SHA-256 of a key is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from foundation.database.tables.people import ApiKey


def store_key(
    session: Session,
    *,
    person_id: int,
    role_grant_id: int,
    label: str,
    sha256: str,
    hint: str,
    scopes: Sequence[str],
    last_day: date,
    now: datetime,
) -> int:
    """Store a new key; return its id."""
    values = {
        "person_id": person_id,
        "role_grant_id": role_grant_id,
        "label": label,
        "key_sha256": sha256,
        "hint": hint,
        "created_at": now,
        "scopes": list(scopes),
        "last_day": last_day,
    }
    return session.execute(insert(ApiKey).values(**values).returning(ApiKey.id)).scalar_one()


def replace_secret(
    session: Session,
    key_id: int,
    *,
    sha256: str,
    hint: str,
    until: date | None,
    last_day: date,
    now: datetime,
) -> None:
    """Give a key a new secret; that of before works until the day `until`, included, or not at all.

    One statement reads and writes the row, so of two rotations at once each keeps the one before it.
    """
    previous = {"previous_sha256": ApiKey.key_sha256, "previous_hint": ApiKey.hint, "previous_until": until}
    kept = previous if until is not None else dict.fromkeys(previous)
    values = {"key_sha256": sha256, "hint": hint, "last_day": last_day, "rotated_at": now, **kept}
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(values))


def end_previous_secret(session: Session, key_id: int) -> None:
    """Stop the secret of before the last rotation."""
    none = {"previous_sha256": None, "previous_hint": None, "previous_until": None}
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(none))


def revoke_key(session: Session, key_id: int, *, now: datetime) -> None:
    """Revoke a key, which stops working at once."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(revoked_at=now))
