"""Rows of clients' shortlists."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from foundation.database.tables.shortlists import ShortlistEntry


def store_kept(
    session: Session,
    *,
    county_id: int,
    client_id: int,
    offering_id: int,
    person_id: int | None,
    now: datetime,
) -> None:
    """Store that an offering is kept."""
    row = {
        "county_id": county_id,
        "client_id": client_id,
        "offering_id": offering_id,
        "added_at": now,
        "added_by": person_id,
    }
    session.execute(insert(ShortlistEntry).values(**row))


def delete_kept(session: Session, client_id: int, offering_id: int) -> None:
    """Delete an offering from the list."""
    session.execute(
        delete(ShortlistEntry).where(
            ShortlistEntry.client_id == client_id, ShortlistEntry.offering_id == offering_id
        )
    )
