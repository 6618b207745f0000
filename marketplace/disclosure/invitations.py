"""An invitation to act for a client, as the holder of its code reads it before accepting."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor, Role
from marketplace.load.invitations import OpenInvitation, invitation_with_digest


def opened_invitation(
    session: Session, code: str, *, actor: Actor | None, now: datetime
) -> OpenInvitation | None:
    """Return the open invitation of a code and record the look; None if there is none.

    A visitor is recorded under the name in the invitation. The reader knows of the client what the mandate
    will show: the look is a representative's.
    """
    found = invitation_with_digest(session, sha256(code.encode()).hexdigest(), now)
    if found is None:
        return None
    reader = actor or Actor(None, None, found.invited)
    look = Look(replace(reader, role=Role.REPRESENTATIVE), now, Purpose.INVITED, "invitation")
    (shown,) = disclose(session, [found], look)
    return shown


def invitation_for_letter(
    session: Session, client_id: int, kind: str, code: str, *, actor: Actor, now: datetime
) -> OpenInvitation | None:
    """Return the open invitation of a client whose code has just been made; None for any other code.

    Args:
        kind: `guardian`, whom the county invites, or `support_person`, whom the client invites.
    """
    found = invitation_with_digest(session, sha256(code.encode()).hexdigest(), now)
    if found is None or (found.client_id, found.kind) != (client_id, kind):
        return None
    (shown,) = disclose(session, [found], Look(actor, now, Purpose.CASEWORK, "invitation"))
    return shown
