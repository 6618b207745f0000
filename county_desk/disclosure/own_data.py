"""A copy of everything about a client, made by the county for a client who does not use Omatori."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import ClientKey, Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor
from marketplace.actions.copy_own_data import copy_own_data
from marketplace.load.mandates import clients
from marketplace.load.own_data import plan_is_shared
from marketplace.rules.own_data import OwnData
from marketplace.rules.own_data_reading import reading_of_worker


def copy_for_client(session: Session, client_id: int, *, why: str, actor: Actor, now: datetime) -> OwnData:
    """Return the copy, and record the look. The caller has checked that it is an own client.

    The worker reads no more in it than on the worker's pages: what the client has not shared is left out,
    and the file says so.
    """
    client = clients(session, [client_id])[client_id]
    key = ClientKey(client.id, client.county_id, "copy", client.municipality, client.has_protected_address)
    disclose(session, [key], Look(actor, now, Purpose.CASEWORK, "own_data", key="subject", why=why))
    reading = reading_of_worker(plan_shared=plan_is_shared(session, client_id, with_worker=True))
    return copy_own_data(session, client, reading, actor=actor, why=why, now=now)
