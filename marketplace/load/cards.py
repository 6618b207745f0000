"""Clients' cards in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from foundation.database.tables.cards import Card
from foundation.database.tables.clients import Client
from foundation.vocabulary.dates import DateWindow


@dataclass(frozen=True, slots=True)
class ClientCard:
    """A card that has not been cancelled, and the days on which it is valid."""

    id: int
    client_id: int
    county_id: int
    reference: str
    days: DateWindow
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class OwnCard:
    """A card with the number of its client."""

    card: ClientCard
    client_number: str

    @property
    def client_id(self) -> int:
        """The id of the card's client."""
        return self.card.client_id

    @property
    def county_id(self) -> int:
        """The id of the client's county."""
        return self.card.county_id

    @property
    def card_id(self) -> int:
        """The id of the card."""
        return self.card.id


def cards_of_clients(session: Session, client_ids: Iterable[int]) -> list[OwnCard]:
    """Return the clients' cards that have not been cancelled."""
    query = (
        select(Card, Client.number)
        .join(Client, Client.id == Card.client_id)
        .where(Card.client_id.in_(list(client_ids)), Card.cancelled_at.is_(None))
    )
    rows = session.execute(query.order_by(Client.number).execution_options(populate_existing=True))
    return [OwnCard(_read(row), number) for row, number in rows]


def lock_client(session: Session, client_id: int) -> None:
    """Let one transaction at a time change the cards of a client."""
    session.execute(select(Client.id).where(Client.id == client_id).with_for_update(key_share=True))


def card_in_force(session: Session, client_id: int) -> ClientCard | None:
    """Return the client's card that has not been cancelled; its days may be over."""
    return _card(session, Card.client_id == client_id)


def card_with_id(session: Session, card_id: int) -> ClientCard | None:
    """Return the card with this id; None if it has been cancelled."""
    return _card(session, Card.id == card_id)


def card_with_reference(session: Session, reference: str, day: date) -> ClientCard | None:
    """Return the card with this reference; None if it has been cancelled or is not valid on the day."""
    return _card(session, Card.reference == reference, Card.first_day <= day, Card.last_day >= day)


def _card(session: Session, *conditions: ColumnElement[bool]) -> ClientCard | None:
    query = select(Card).where(*conditions, Card.cancelled_at.is_(None))
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    return None if row is None else _read(row)


def _read(row: Card) -> ClientCard:
    return ClientCard(
        row.id,
        row.client_id,
        row.county_id,
        row.reference,
        DateWindow(row.first_day, row.last_day),
        row.issued_at,
    )
