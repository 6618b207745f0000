"""Whose a funding is."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.grants import Funding


def client_of(session: Session, funding_id: int) -> int:
    """The id of the client whose funding it is."""
    return session.execute(select(Funding.client_id).where(Funding.id == funding_id)).scalar_one()
