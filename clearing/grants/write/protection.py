"""Storing whether a client's address is protected."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from foundation.database.tables.clients import Client


def lock_client(session: Session, client_id: int) -> Client:
    """Return the client's row, locked until the transaction ends."""
    query = select(Client).where(Client.id == client_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def store_protection(session: Session, client_id: int, *, protect: bool) -> None:
    """Store the protection. A protected client has no place on the map, and gets none back at its end."""
    values: dict[str, object] = {"protected_address": protect}
    if protect:
        values |= {"latitude": None, "longitude": None}
    session.execute(update(Client).where(Client.id == client_id).values(values))
