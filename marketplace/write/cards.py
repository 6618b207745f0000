"""Rows of clients' cards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from foundation.database.tables.cards import Card
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.roles import Actor


def store_card(
    session: Session,
    *,
    county_id: int,
    client_id: int,
    reference: str,
    days: DateWindow,
    actor: Actor,
    now: datetime,
) -> int:
    """Store a card, and return its id."""
    card = Card(
        county_id=county_id,
        client_id=client_id,
        reference=reference,
        first_day=days.first,
        last_day=days.last,
        issued_at=now,
        issued_by=actor.person_id,
    )
    session.add(card)
    session.flush()
    return card.id


def mark_cancelled(session: Session, card_id: int, *, actor: Actor, now: datetime) -> None:
    """Cancel a card: from the commit on its reference finds nothing."""
    session.execute(
        update(Card).where(Card.id == card_id).values(cancelled_at=now, cancelled_by=actor.person_id)
    )
