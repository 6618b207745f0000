"""A client's card, for the worker who cancels a lost one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import ClientKey, Look
from clearing.disclosure.facts.purposes import Purpose
from county_desk.load.clients import ClientLine, client_by_number, client_line
from foundation.vocabulary.roles import Actor
from marketplace.load.cards import ClientCard, card_in_force


@dataclass(frozen=True, slots=True)
class LostCard:
    """A client, and the client's card if there is one in force."""

    client: ClientLine
    card: ClientCard | None


def card_of_client(
    session: Session, county_id: int, client_id: int, *, why: str, actor: Actor, now: datetime
) -> LostCard | None:
    """Return the card of a client of the county, and record the look; None if there is no such client."""
    found = client_line(session, county_id, client_id)
    if found is None:
        return None
    key = ClientKey(client_id, county_id, "card")
    disclose(session, [key], Look(actor, now, Purpose.CASEWORK, "card", key="subject", why=why))
    return LostCard(found, card_in_force(session, client_id))


def card_of_number(
    session: Session, county_id: int, number: str, *, actor: Actor, now: datetime
) -> LostCard | None:
    """Return the card of the client with a number, as `card_of_client`."""
    found = client_by_number(session, county_id, number)
    if found is None:
        return None
    return card_of_client(session, county_id, found.id, why=Purpose.ASKED, actor=actor, now=now)
