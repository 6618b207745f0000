"""A provider's uploaded files before they are sent, and its saved mappings."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.uploads import SavedMapping, WaitingFile


@dataclass(frozen=True, slots=True)
class Waiting:
    """An uploaded file that has not been sent yet."""

    id: int
    name: str
    data: bytes
    mapping: str


def waiting_file(session: Session, provider_id: int, file_id: int) -> Waiting | None:
    """Return one of the provider's uploaded files; None if it does not exist or is another provider's."""
    row = session.execute(
        select(WaitingFile.id, WaitingFile.name, WaitingFile.data, WaitingFile.mapping).where(
            WaitingFile.id == file_id, WaitingFile.provider_id == provider_id
        )
    ).one_or_none()
    return None if row is None else Waiting(*row)


def saved_mappings(session: Session, provider_id: int) -> dict[str, str]:
    """Return the provider's saved mappings by name, in alphabetical order."""
    rows = session.execute(
        select(SavedMapping.name, SavedMapping.mapping)
        .where(SavedMapping.provider_id == provider_id)
        .order_by(SavedMapping.name)
    )
    return {row.name: row.mapping for row in rows}
