"""A copy of everything about a client, for the client and for somebody who acts for the client."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import ClientKey, Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.copy_own_data import copy_own_data
from marketplace.disclosure.client_data import ClientData
from marketplace.load.mandates import clients, may_write
from marketplace.load.own_data import plan_is_shared
from marketplace.rules.own_data import OwnData
from marketplace.rules.own_data_reading import Reading, reading_of_client, reading_of_helper


def copy_of_disclosed(data: ClientData, *, now: datetime) -> OwnData | None:
    """Return a copy for whoever has opened the client's data; None for a mandate for some vouchers only."""
    if not data.is_for_all:
        return None
    client = data.client
    if client.has_protected_address:
        key = ClientKey(client.id, client.county_id, "copy", client.municipality, has_protected_address=True)
        look = Look(data.actor, now, Purpose.ACTS_FOR_CLIENT, "own_data", key="subject")
        disclose(data.session, [key], look)
    reading = _reading(data.session, data.actor, client.id, helsinki_day(now))
    return copy_own_data(data.session, client, reading, actor=data.actor, now=now)


def copy_of_number(session: Session, number: str | None, *, actor: Actor, now: datetime) -> OwnData | None:
    """Return a copy of the actor's client with a number, else of the only one, and record the look.

    None if the actor has no such client, or may act for the client in some vouchers only.
    """
    own = clients(session, filter(actor.reaches_all, actor.client_ids)).values()
    named = [client for client in own if number in (None, client.number)]
    if len(named) != 1:
        return None
    (client,) = named
    key = ClientKey(client.id, client.county_id, "copy", client.municipality, client.has_protected_address)
    disclose(session, [key], Look(actor, now, Purpose.ACTS_FOR_CLIENT, "own_data", key="subject"))
    reading = _reading(session, actor, client.id, helsinki_day(now))
    return copy_own_data(session, client, reading, actor=actor, now=now)


def _reading(session: Session, actor: Actor, client_id: int, day: date) -> Reading:
    if actor.role is Role.CLIENT:
        return reading_of_client()
    return reading_of_helper(
        plan_shared=plan_is_shared(session, client_id, with_worker=False),
        may_write=may_write(session, actor, client_id, day),
    )
