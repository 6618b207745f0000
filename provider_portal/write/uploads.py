"""Rows of uploaded files and saved mappings."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.uploads import SavedMapping, WaitingFile
from foundation.vocabulary.roles import Actor

KEPT = timedelta(days=1)
MOST_KEPT = 10
"""Uploaded files of a provider that wait to be sent; a further one replaces the oldest."""


def keep_waiting(
    session: Session, *, provider_id: int, name: str, data: bytes, mapping: str, actor: Actor, now: datetime
) -> int:
    """Store an uploaded file for a day, delete older ones and more than the provider may have, and return its
    id."""
    session.execute(delete(WaitingFile).where(WaitingFile.uploaded_at < now - KEPT))
    own = select(WaitingFile.id).where(WaitingFile.provider_id == provider_id)
    surplus = own.order_by(WaitingFile.id.desc()).offset(MOST_KEPT - 1)
    session.execute(delete(WaitingFile).where(WaitingFile.id.in_(surplus)))
    values = {
        "provider_id": provider_id,
        "name": name,
        "data": data,
        "mapping": mapping,
        "uploaded_at": now,
        "uploaded_by": actor.person_id,
    }
    return session.execute(insert(WaitingFile).values(**values).returning(WaitingFile.id)).scalar_one()


def set_mapping(session: Session, file_id: int, mapping: str) -> None:
    """Store the mapping of an uploaded file's columns."""
    session.execute(update(WaitingFile).where(WaitingFile.id == file_id).values(mapping=mapping))


def forget_waiting(session: Session, file_id: int) -> None:
    """Delete an uploaded file."""
    session.execute(delete(WaitingFile).where(WaitingFile.id == file_id))


def save_mapping(
    session: Session, *, provider_id: int, name: str, mapping: str, actor: Actor, now: datetime
) -> None:
    """Store a mapping under a name, replacing an earlier one."""
    values = {"mapping": mapping, "saved_at": now, "saved_by": actor.person_id}
    row = insert(SavedMapping).values(provider_id=provider_id, name=name, **values)
    session.execute(row.on_conflict_do_update(index_elements=["provider_id", "name"], set_=values))
