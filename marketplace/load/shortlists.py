"""The offerings that a client keeps."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.clients import Client
from foundation.database.tables.shortlists import ShortlistEntry


def shortlist_of(session: Session, client_id: int) -> list[int]:
    """Return the ids of the offerings that are kept, in the order in which they were added."""
    kept = select(ShortlistEntry.offering_id).where(ShortlistEntry.client_id == client_id)
    return list(session.scalars(kept.order_by(ShortlistEntry.id)))


def lock_shortlist(session: Session, client_id: int) -> list[int]:
    """Return the ids that are kept; other changes of the list wait until this transaction ends."""
    session.execute(select(Client.id).where(Client.id == client_id).with_for_update(key_share=True))
    return shortlist_of(session, client_id)
