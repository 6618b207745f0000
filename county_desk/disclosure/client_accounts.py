"""How a client logs in, for the worker who invites the client."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import ClientKey, Look
from clearing.disclosure.facts.purposes import Purpose
from county_desk.load.clients import ClientLine, client_line
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor
from marketplace.load.client_invitations import (
    ClientAccount,
    SentInvitation,
    account_of_person,
    client_invitation_with_digest,
    holder_of_client,
    open_client_invitation,
)
from marketplace.rules.accounts import digest_of_code


@dataclass(frozen=True, slots=True)
class ClientLogIns:
    """A client, the account with which the client logs in, and an open invitation."""

    client: ClientLine
    account: ClientAccount | None
    invitation: SentInvitation | None


def log_ins_of_client(
    session: Session, county_id: int, client_id: int, *, why: str, actor: Actor, now: datetime
) -> ClientLogIns | None:
    """Return how a client of the county logs in, and record the look; None if there is no such client."""
    found = client_line(session, county_id, client_id)
    if found is None:
        return None
    key = ClientKey(client_id, county_id, "log_in")
    disclose(session, [key], Look(actor, now, Purpose.CASEWORK, "log_in", key="subject", why=why))
    holder_id = holder_of_client(session, client_id, helsinki_day(now))
    return ClientLogIns(
        found,
        None if holder_id is None else account_of_person(session, holder_id),
        open_client_invitation(session, client_id, now),
    )


def own_letter_of_client(
    session: Session, client_id: int, code: str, *, actor: Actor, now: datetime
) -> SentInvitation | None:
    """Return the open invitation of a client whose code the worker has just made; None for any other code."""
    found = client_invitation_with_digest(session, digest_of_code(code), now)
    if found is None or found.client_id != client_id or not found.is_open:
        return None
    (shown,) = disclose(session, [found], Look(actor, now, Purpose.CASEWORK, "client_invitation"))
    return shown
