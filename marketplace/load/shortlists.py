"""The offerings that a client keeps."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.clients import Client
from foundation.database.tables.providers import Offering
from foundation.database.tables.services import Service
from foundation.database.tables.shortlists import ShortlistEntry


def shortlist_of(session: Session, client_id: int, *, services: Collection[str] | None = None) -> list[int]:
    """Return the ids of the offerings that are kept, in the order in which they were added.

    `services`: only of those of a service with one of these codes.
    """
    kept = select(ShortlistEntry.offering_id).where(ShortlistEntry.client_id == client_id)
    if services is not None:
        kept = kept.join(Offering, Offering.id == ShortlistEntry.offering_id)
        kept = kept.join(Service, Service.id == Offering.service_id).where(Service.code.in_(services))
    return list(session.scalars(kept.order_by(ShortlistEntry.id)))


def lock_shortlist(session: Session, client_id: int) -> list[int]:
    """Return the ids that are kept; other changes of the list wait until this transaction ends."""
    session.execute(select(Client.id).where(Client.id == client_id).with_for_update(key_share=True))
    return shortlist_of(session, client_id)
