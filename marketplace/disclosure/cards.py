"""Clients' cards by the API."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor
from marketplace.load.cards import OwnCard, cards_of_clients
from marketplace.load.mandates import ClientEntry, clients


def own_cards(session: Session, *, actor: Actor, now: datetime) -> list[OwnCard]:
    """Return the cards of the clients whom the actor is or acts for in all vouchers, and record the looks."""
    found = cards_of_clients(session, filter(actor.reaches_all, actor.client_ids))
    return disclose(session, found, Look(actor, now, Purpose.ACTS_FOR_CLIENT, "card", key="card_id"))


def card_to_act_on(session: Session, card_id: int, *, actor: Actor) -> OwnCard | None:
    """Return a card of such a client. The act has its own audit row."""
    found = cards_of_clients(session, filter(actor.reaches_all, actor.client_ids))
    return next((own for own in found if own.card.id == card_id), None)


def client_to_act_for(session: Session, number: str, *, actor: Actor) -> ClientEntry | None:
    """Return the client with a number whom the actor is or acts for. The act has its own audit row."""
    found = clients(session, actor.client_ids).values()
    return next((client for client in found if client.number == number), None)
