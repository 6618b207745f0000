"""Accept the invitation of a client: with a new password, or as somebody who is logged in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.invite_client import free_user_name
from marketplace.actions.verified_person import VerifiedPerson, account_of_verified
from marketplace.load.accounts import account_of
from marketplace.load.client_invitations import (
    SentInvitation,
    account_of_person,
    client_invitation_with_digest,
    helpers_of_client,
    invited_client,
    role_of_client,
    user_name_is_held,
)
from marketplace.rules.accounts import digest_of_code, normalised_email
from marketplace.rules.client_invitations import (
    CODE_ENDED,
    OTHER_IDENTITY,
    InvitedClient,
    Way,
    why_not_invited,
    why_not_this_person,
)
from marketplace.rules.password_mails import CHANGED_SUBJECT, CHANGED_TEXT
from marketplace.rules.refusals import EMAIL_KNOWN, INVITATION_UNKNOWN
from marketplace.write.accounts import end_sessions
from marketplace.write.client_invitations import (
    note_acceptance,
    store_client_person,
    store_log_in,
    store_role_of_client,
)


@dataclass(frozen=True, slots=True)
class AcceptedClient:
    """The person logs in as the client from now on, in `role_grant_id`."""

    person_id: int
    role_grant_id: int


@dataclass(frozen=True, slots=True)
class ClientLogIn:
    """What the client logs in with: an address, if there is one, and a password."""

    email: str | None
    password_hash: str = field(repr=False)


def accept_client_with_password(
    session: Session, *, code: str, log_in: ClientLogIn, now: datetime
) -> AcceptedClient | Refusal:
    """Let the holder of a code log in as the client with a new password. The code works once.

    If somebody logs in as the client already, this is a new password for that account: its sessions end, and
    its address gets a mail. Refused with `invitation_unknown`, `code_ended`, `client_ended`, `holder_works`,
    `email_known`.
    """
    opened = _opened(session, code, now)
    if isinstance(opened, Refusal):
        return opened
    invitation, client = opened
    email = normalised_email(log_in.email or invitation.email or "") or None
    known = None if email is None else account_of(session, email)
    if known is not None and known.person_id != client.holder_id:
        return EMAIL_KNOWN
    person_id = client.holder_id or store_client_person(session, client.name, client.language)
    before = account_of_person(session, person_id)
    store_log_in(
        session,
        person_id,
        password_hash=log_in.password_hash,
        email=None if before.email else email,
        user_name=None if before.user_name else _user_name(session, invitation, client),
    )
    if before.has_password:
        end_sessions(session, person_id, now)
        if before.email is not None:
            key = f"password_changed:{person_id}:{now.isoformat()}"
            leave_mail(session, key, to=before.email, subject=CHANGED_SUBJECT, text=CHANGED_TEXT, now=now)
    return _accept(session, invitation, client, person_id, now)


def _user_name(session: Session, invitation: SentInvitation, client: InvitedClient) -> str:
    """Return the user name of the letter, or another if somebody has got it meanwhile."""
    taken = user_name_is_held(session, invitation.user_name)
    return free_user_name(session, client.name) if taken else invitation.user_name


def accept_client_as(session: Session, *, code: str, actor: Actor, now: datetime) -> AcceptedClient | Refusal:
    """Let the person who is logged in act as the client too. The code works once.

    Refused with `invitation_unknown`, `code_ended`, `client_ended`, `holder_works`, `helps_client`,
    `other_holder`.
    """
    opened = _opened(session, code, now)
    if isinstance(opened, Refusal):
        return opened
    invitation, client = opened
    if actor.person_id is None:
        return INVITATION_UNKNOWN
    helpers = helpers_of_client(session, client.client_id)
    refusal = why_not_this_person(client, actor.person_id, helpers)
    return refusal or _accept(session, invitation, client, actor.person_id, now)


def accept_client_as_verified(
    session: Session, *, code: str, person: VerifiedPerson, now: datetime
) -> AcceptedClient | Refusal:
    """Let a person whom a broker has verified act as the client. The code works once.

    Refused as `accept_client_as`, and with `other_identity`: the county has recorded another identity code.
    """
    opened = _opened(session, code, now)
    if isinstance(opened, Refusal):
        return opened
    invitation, client = opened
    if client.identity_hash not in (None, person.identity_hash):
        return OTHER_IDENTITY
    person_id = account_of_verified(session, person, None)
    if person_id is None:
        return EMAIL_KNOWN
    refusal = why_not_this_person(client, person_id, helpers_of_client(session, client.client_id))
    return refusal or _accept(session, invitation, client, person_id, now)


def _opened(session: Session, code: str, now: datetime) -> tuple[SentInvitation, InvitedClient] | Refusal:
    """Return the open invitation of a code, and its client; or why it does not work."""
    invitation = client_invitation_with_digest(session, digest_of_code(code), now, lock=True)
    if invitation is None:
        return INVITATION_UNKNOWN
    if not invitation.is_open:
        return CODE_ENDED
    client = invited_client(session, invitation.client_id, helsinki_day(now))
    ended = why_not_invited(client, Way(invitation.way), invitation.email, helsinki_day(now))
    return ended or (invitation, client)


def _accept(
    session: Session, invitation: SentInvitation, client: InvitedClient, person_id: int, now: datetime
) -> AcceptedClient:
    day = helsinki_day(now)
    grant_id = role_of_client(session, person_id, client.client_id, day)
    if grant_id is None:
        grant_id = store_role_of_client(session, person_id, client.client_id, day)
    note_acceptance(session, invitation.id, grant_id, now)
    record(
        session,
        actor=Actor(person_id, Role.CLIENT, client.name, client.county_id),
        now=now,
        act="client.accept_invitation",
        subject=("client_invitation", invitation.id),
        county_id=client.county_id,
        client_id=client.client_id,
        detail={"way": invitation.way, "first": client.holder_id is None},
    )
    return AcceptedClient(person_id, grant_id)
