"""An invitation to log in as a client, as the holder of its code and the worker who sent it read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor, Role
from marketplace.load.client_invitations import (
    ClientAccount,
    SentInvitation,
    account_of_person,
    client_invitation_with_digest,
    holder_of_client,
)
from marketplace.rules.accounts import digest_of_code


@dataclass(frozen=True, slots=True)
class OpenedInvitation:
    """An invitation whose code its holder has written, and the account of the client if there is one."""

    invitation: SentInvitation
    account: ClientAccount | None


def opened_client_invitation(
    session: Session, code: str, *, actor: Actor | None, now: datetime
) -> OpenedInvitation | None:
    """Return the invitation of a code, open or not, and record the look; None if there is none.

    Only the client's name is shown, and only if the code works. A visitor is recorded without a name.
    """
    found = client_invitation_with_digest(session, digest_of_code(code), now)
    if found is None:
        return None
    if not found.is_open:
        return OpenedInvitation(found, None)
    reader = Actor(actor.person_id if actor else None, Role.CLIENT, actor.name if actor else "")
    (shown,) = disclose(session, [found], Look(reader, now, Purpose.INVITED, "client_invitation"))
    holder_id = holder_of_client(session, found.client_id, helsinki_day(now))
    return OpenedInvitation(shown, None if holder_id is None else account_of_person(session, holder_id))
