"""API keys: only the SHA-256 of a key is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from foundation.database.tables.people import ApiKey


def store_key(
    session: Session, *, person_id: int, role_grant_id: int, label: str, sha256: str, hint: str, now: datetime
) -> int:
    """Store a new key; return its id."""
    values = {
        "person_id": person_id,
        "role_grant_id": role_grant_id,
        "label": label,
        "key_sha256": sha256,
        "hint": hint,
        "created_at": now,
    }
    return session.execute(insert(ApiKey).values(**values).returning(ApiKey.id)).scalar_one()


def revoke_key(session: Session, key_id: int, *, now: datetime) -> None:
    """Revoke a key, which stops working at once."""
    session.execute(update(ApiKey).where(ApiKey.id == key_id).values(revoked_at=now))
