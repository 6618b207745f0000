"""Invite a client to log in, by a letter or a mail, and withdraw an invitation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail, leave_secret_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.client_invitations import account_of_person, invited_client, name_is_taken
from marketplace.rules.accounts import digest_of_code, normalised_email
from marketplace.rules.client_invitations import (
    DIGITS,
    InvitedClient,
    Way,
    open_for,
    user_name,
    why_not_invited,
)
from marketplace.rules.client_mails import INVITED_SUBJECT, LETTER_SUBJECT, LETTER_TEXT, invited_text
from marketplace.rules.mandate_terms import ALPHABET, CODE_LENGTH
from marketplace.write.client_invitations import store_client_invitation
from marketplace.write.client_invitations import withdraw_client_invitation as store_withdrawal

LINK_PATH = "/kutsu/tili/"
_CODE_BYTES = 32


@dataclass(frozen=True, slots=True)
class ClientInvited:
    """An invitation was stored. `code` exists here and in the letter or mail, and nowhere else."""

    invitation_id: int
    user_name: str
    expires_at: datetime
    code: str = field(repr=False)


def invite_client(
    session: Session,
    client_id: int,
    way: Way,
    email: str | None,
    *,
    actor: Actor,
    now: datetime,
    address: str,
) -> ClientInvited | Refusal:
    """Store an invitation and return its code. An earlier one of the client works no longer.

    The caller has checked that the actor is a worker of the client's county. If the client has an account
    with an e-mail address, a mail says there that a letter is on its way: nobody changes a password unseen.
    Refused with the codes of `why_not_invited`.

    Args:
        address: The public address of the service, for the link in the mail.
    """
    client = invited_client(session, client_id, helsinki_day(now))
    email = normalised_email(email or "") or None if way is Way.MAIL else None
    if refusal := why_not_invited(client, way, email, helsinki_day(now)):
        return refusal
    name, code = _user_name(session, client), _new_code(way)
    invitation_id = store_client_invitation(
        session,
        (client.client_id, client.county_id),
        way,
        email,
        user_name=name,
        digest=digest_of_code(code),
        made_by=actor.person_id,
        now=now,
    )
    _announce(session, client, invitation_id, (email, code), address=address, now=now)
    detail: dict[str, object] = {"way": way.value, **({"email": email} if email else {})}
    _record(session, "client.invite", client, invitation_id, actor, now, detail)
    return ClientInvited(invitation_id, name, now + open_for(way), code)


def _new_code(way: Way) -> str:
    """Return a code to be typed from a letter, or a longer one for a link."""
    if way is Way.MAIL:
        return secrets.token_urlsafe(_CODE_BYTES)
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def _user_name(session: Session, client: InvitedClient) -> str:
    """Return the user name that the client has, else one that nobody has."""
    if client.holder_id is not None:
        known = account_of_person(session, client.holder_id).user_name
        if known is not None:
            return known
    return free_user_name(session, client.name)


def free_user_name(session: Session, name: str) -> str:
    """Return a user name for somebody that nobody has."""
    while True:
        made = user_name(name, secrets.randbelow(10**DIGITS))
        if not name_is_taken(session, made):
            return made


def _announce(
    session: Session,
    client: InvitedClient,
    invitation_id: int,
    sent: tuple[str | None, str],
    *,
    address: str,
    now: datetime,
) -> None:
    email, code = sent
    if email is not None:
        text = invited_text(f"{address.rstrip('/')}{LINK_PATH}{code}")
        key = f"client_invited:{invitation_id}"
        leave_secret_mail(session, key, to=email, subject=INVITED_SUBJECT, text=text, now=now)
    known = None if client.holder_id is None else account_of_person(session, client.holder_id).email
    if known is not None and known != email:
        key = f"client_letter:{invitation_id}"
        leave_mail(session, key, to=known, subject=LETTER_SUBJECT, text=LETTER_TEXT, now=now)


def _record(
    session: Session,
    act: str,
    client: InvitedClient,
    invitation_id: int,
    actor: Actor,
    now: datetime,
    detail: dict[str, object],
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("client_invitation", invitation_id),
        county_id=client.county_id,
        client_id=client.client_id,
        detail=detail,
    )


def withdraw_client_invitation(
    session: Session, client_id: int, invitation_id: int, *, actor: Actor, now: datetime
) -> bool:
    """Let the code of an open invitation work no longer. Return whether there was one."""
    if not store_withdrawal(session, client_id, invitation_id, now):
        return False
    client = invited_client(session, client_id, helsinki_day(now))
    _record(session, "client.withdraw_invitation", client, invitation_id, actor, now, {})
    return True
