"""Rows of uploaded files and saved mappings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, false, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.uploads import FileTrial, SavedMapping, WaitingFile
from foundation.vocabulary.roles import Actor
from provider_portal.rules.kept_files import KEPT, MOST_KEPT
from provider_portal.write.file_trials import forget_trial


def keep_waiting(
    session: Session, *, provider_id: int, name: str, data: bytes, mapping: str, actor: Actor, now: datetime
) -> int:
    """Store an uploaded file for a day, delete older ones and more than the provider may have, and return its
    id."""
    session.execute(delete(WaitingFile).where(WaitingFile.uploaded_at < now - KEPT))
    at_work = FileTrial.state.in_(("waiting", "running"))
    own = select(WaitingFile.id).outerjoin(FileTrial).where(WaitingFile.provider_id == provider_id)
    newest = own.order_by(func.coalesce(at_work, false()).desc(), WaitingFile.id.desc())
    surplus = newest.offset(MOST_KEPT - 1)
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
    """Store the mapping of an uploaded file's columns. A dry run with other columns is forgotten.

    The file's row is changed first: whoever is queueing a dry run has locked it (`queue_trial`).
    """
    session.execute(update(WaitingFile).where(WaitingFile.id == file_id).values(mapping=mapping))
    forget_trial(session, file_id)


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
