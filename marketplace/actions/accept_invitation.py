"""Accept an invitation to act for a client, with an account or with a new one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from marketplace.actions.invite_to_act import described, digest_of_code
from marketplace.actions.verified_person import VerifiedPerson, account_of_verified
from marketplace.load.invitations import (
    OpenInvitation,
    email_is_known,
    emails_of_client,
    invitation_with_digest,
    is_client,
    mandates_of_client,
    role_of_representative,
)
from marketplace.rules.mandate_mails import ACCEPTED
from marketplace.rules.refusals import ALREADY_GUARDIAN, EMAIL_KNOWN, INVITATION_UNKNOWN, OWN_INVITATION
from marketplace.write.mandates import store_mandate, store_person, store_role_of_representative


@dataclass(frozen=True, slots=True)
class Accepted:
    """The mandate is in force (or will be, on its first day); the person acts from `role_grant_id`."""

    mandate_id: int
    client_id: int
    person_id: int
    role_grant_id: int


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Who has no account: the name, the address to log in with, and the hash of the password."""

    name: str
    email: str
    password_hash: str
    language: Language


def accept_invitation(session: Session, *, code: str, actor: Actor, now: datetime) -> Accepted | Refusal:
    """Give the person who is logged in the mandate of an invitation. The code works once.

    Refused with `invitation_unknown`, `own_invitation`, `already_guardian`.
    """
    invitation = invitation_with_digest(session, digest_of_code(code), now, lock=True)
    if invitation is None or actor.person_id is None:
        return INVITATION_UNKNOWN
    refusal = _why_not(session, invitation, actor.person_id, now)
    return refusal or _accept(session, invitation, actor, actor.person_id, now)


def accept_with_new_account(
    session: Session, *, code: str, account: NewAccount, now: datetime
) -> Accepted | Refusal:
    """Make an account for the holder of a code, and give it the mandate.

    Refused with `invitation_unknown`, `email_known`: who has an account logs in first.
    """
    invitation = invitation_with_digest(session, digest_of_code(code), now, lock=True)
    if invitation is None:
        return INVITATION_UNKNOWN
    if email_is_known(session, account.email):
        return EMAIL_KNOWN
    person_id = store_person(
        session,
        name=account.name,
        email=account.email,
        password_hash=account.password_hash,
        language=account.language,
    )
    return _accept(session, invitation, Actor(person_id, None, account.name), person_id, now)


def accept_as_verified(
    session: Session, *, code: str, person: VerifiedPerson, now: datetime
) -> Accepted | Refusal:
    """Give a person whom a broker has verified the mandate, with an account that logs in there from now on.

    Refused with `invitation_unknown`, `own_invitation`, `already_guardian`.
    """
    invitation = invitation_with_digest(session, digest_of_code(code), now, lock=True)
    if invitation is None:
        return INVITATION_UNKNOWN
    person_id = account_of_verified(session, person, None)
    if person_id is None:
        return EMAIL_KNOWN
    refusal = _why_not(session, invitation, person_id, now)
    return refusal or _accept(session, invitation, Actor(person_id, None, person.name), person_id, now)


def _why_not(session: Session, invitation: OpenInvitation, person_id: int, now: datetime) -> Refusal | None:
    if is_client(session, person_id, invitation.client_id):
        return OWN_INVITATION
    own = [
        mandate
        for mandate in mandates_of_client(session, invitation.client_id, helsinki_day(now))
        if mandate.person_id == person_id
    ]
    if invitation.kind != "guardian" and any(mandate.kind == "guardian" for mandate in own):
        return ALREADY_GUARDIAN
    return None


def _accept(
    session: Session, invitation: OpenInvitation, actor: Actor, person_id: int, now: datetime
) -> Accepted:
    day = helsinki_day(now)
    mandate_id = store_mandate(
        session,
        invitation_id=invitation.id,
        client_id=invitation.client_id,
        person_id=person_id,
        kind=invitation.kind,
        paper=(invitation.guardianship, invitation.document_number),
        terms=invitation.terms,
        first_day=invitation.first_day,
        now=now,
    )
    grant_id = role_of_representative(session, person_id, day)
    if grant_id is None:
        grant_id = store_role_of_representative(session, person_id, day)
    for email in emails_of_client(session, invitation.client_id, day):
        key = f"invitation_accepted:{invitation.id}:{email}"
        leave_mail(session, key, to=email, **ACCEPTED._asdict(), now=now)
    record(
        session,
        actor=replace(actor, role=Role.REPRESENTATIVE),
        now=now,
        act="mandate.accept",
        subject=("mandate", mandate_id),
        county_id=invitation.county_id,
        client_id=invitation.client_id,
        detail={"invitation": invitation.id, **described(invitation.terms)},
    )
    return Accepted(mandate_id, invitation.client_id, person_id, grant_id)
