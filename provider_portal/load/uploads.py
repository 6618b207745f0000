"""Files that wait for a yes, and saved mappings, of one provider."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.uploads import SavedMapping, WaitingFile


@dataclass(frozen=True, slots=True)
class Waiting:
    """An uploaded file that was tried and not yet sent."""

    id: int
    name: str
    data: bytes
    mapping: str


def waiting_file(session: Session, provider_id: int, file_id: int) -> Waiting | None:
    """One of the provider's waiting files; None when it is not there, is over, or another's."""
    row = session.execute(
        select(WaitingFile.id, WaitingFile.name, WaitingFile.data, WaitingFile.mapping).where(
            WaitingFile.id == file_id, WaitingFile.provider_id == provider_id
        )
    ).one_or_none()
    return None if row is None else Waiting(*row)


def saved_mappings(session: Session, provider_id: int) -> dict[str, str]:
    """The provider's written mappings by name, in alphabetical order."""
    rows = session.execute(
        select(SavedMapping.name, SavedMapping.mapping)
        .where(SavedMapping.provider_id == provider_id)
        .order_by(SavedMapping.name)
    )
    return {row.name: row.mapping for row in rows}
