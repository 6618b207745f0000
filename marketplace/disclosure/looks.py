"""Who has used a client's data, by the API: for the client, and for somebody who acts for the client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import ClientKey, Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor
from marketplace.disclosure.look_log import LookLog
from marketplace.load.mandates import ClientEntry, clients


@dataclass(frozen=True, slots=True)
class OpenLookLog:
    """The log of a client, and the client."""

    client: ClientEntry
    log: LookLog


def open_look_log(session: Session, number: str | None, *, actor: Actor, now: datetime) -> OpenLookLog | None:
    """Return the log of a client of the actor, and record the look of somebody who acts for the client.

    With a number that client's, else that of the only one. None if the actor has no such client, or may act
    for the client in some vouchers only: a look may be at any of them.
    """
    own = clients(session, filter(actor.reaches_all, actor.client_ids)).values()
    named = [client for client in own if number in (None, client.number)]
    if len(named) != 1:
        return None
    key = ClientKey(named[0].id, named[0].county_id, "looks")
    disclose(session, [key], Look(actor, now, Purpose.ACTS_FOR_CLIENT, "audit", key="subject"))
    return OpenLookLog(named[0], LookLog(session, named[0].id))
