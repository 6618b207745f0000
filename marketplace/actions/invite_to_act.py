"""Invite somebody to act for a client, and withdraw an invitation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.invitations import funding_ids_of_client, open_invitations
from marketplace.rules.mandate_mails import INVITED
from marketplace.rules.mandate_terms import (
    ALPHABET,
    CODE_LENGTH,
    MOST_OPEN,
    OPEN_FOR,
    Guardianship,
    MandateTerms,
    why_not_given,
)
from marketplace.rules.refusals import TOO_MANY_INVITATIONS
from marketplace.write.mandates import store_invitation
from marketplace.write.mandates import withdraw_invitation as store_withdrawal


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation was stored. `code` exists here and with the person who gets it, and nowhere else."""

    invitation_id: int
    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who is invited: the name that the inviting person uses, and an address if there is one."""

    name: str
    email: str | None


def digest_of_code(code: str) -> str:
    """Return the SHA-256 of a (normalised) code, by which an invitation is found."""
    return sha256(code.encode()).hexdigest()


def invite(
    session: Session,
    *,
    client_id: int,
    county_id: int,
    invitee: Invitee,
    terms: MandateTerms,
    actor: Actor,
    now: datetime,
    guardianship: Guardianship | None = None,
) -> Invited | Refusal:
    """Store the invitation and return its code, once. The address, if any, gets a mail without the code.

    The caller has checked that the actor is the client, or a worker of the county for a guardian. Refused
    with `too_many_invitations` and the codes of `why_not_given`.
    """
    day = helsinki_day(now)
    refusal = why_not_given(terms, funding_ids_of_client(session, client_id), day)
    if refusal is None and len(open_invitations(session, client_id, now)) >= MOST_OPEN:
        refusal = TOO_MANY_INVITATIONS
    if refusal is not None:
        return refusal
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    invitation_id = store_invitation(
        session,
        client=(client_id, county_id),
        name=invitee.name,
        email=invitee.email,
        digest=digest_of_code(code),
        terms=terms,
        guardianship=guardianship,
        made_by=actor.person_id,
        now=now,
        first_day=day if guardianship is None else guardianship.first_day,
        expires_at=now + OPEN_FOR,
    )
    _announce(session, invitation_id, invitee, terms, client_id, county_id, actor, now)
    return Invited(invitation_id, code, now + OPEN_FOR)


def _announce(
    session: Session,
    invitation_id: int,
    invitee: Invitee,
    terms: MandateTerms,
    client_id: int,
    county_id: int,
    actor: Actor,
    now: datetime,
) -> None:
    if invitee.email is not None:
        leave_mail(session, f"invited:{invitation_id}", to=invitee.email, **INVITED._asdict(), now=now)
    record(
        session,
        actor=actor,
        now=now,
        act="mandate.invite",
        subject=("invitation", invitation_id),
        county_id=county_id,
        client_id=client_id,
        detail=described(terms),
    )


def described(terms: MandateTerms) -> dict[str, object]:
    """Return the terms as the audit log stores them."""
    return {
        "rights": sorted(terms.rights),
        "fundings": "all" if terms.funding_ids is None else sorted(terms.funding_ids),
        "last_day": None if terms.last_day is None else terms.last_day.isoformat(),
    }


def withdraw_invitation(
    session: Session, *, client_id: int, county_id: int, invitation_id: int, actor: Actor, now: datetime
) -> bool:
    """Withdraw an open invitation of the client: its code works no longer. Return whether there was one."""
    if not store_withdrawal(session, client_id, invitation_id, now):
        return False
    record(
        session,
        actor=actor,
        now=now,
        act="mandate.withdraw",
        subject=("invitation", invitation_id),
        county_id=county_id,
        client_id=client_id,
    )
    return True
