"""Accept an invitation to a role, with an account or with a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from county_desk.actions.invite_person import described
from county_desk.load.people import (
    OpenRoleInvitation,
    holds_role,
    is_identity_known,
    role_invitation_with_digest,
)
from county_desk.rules.people import (
    ACCOUNT_KNOWN,
    INVITATION_UNKNOWN,
    OTHER_ACCOUNT,
    OWN_ROLE,
    ROLE_HELD,
)
from county_desk.write.people import store_identity, store_role
from foundation.vocabulary.languages import Language
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.accounts import account_of
from marketplace.rules.accounts import NewPassword, digest_of_code
from marketplace.write.accounts import store_password, store_person


@dataclass(frozen=True, slots=True)
class AcceptedRole:
    """The role is stored; the person acts from `role_grant_id`."""

    person_id: int
    role_grant_id: int


@dataclass(frozen=True, slots=True)
class VerifiedIdentity:
    """Somebody whom a log-in service has verified: the subject by which its issuer knows the person."""

    name: str
    issuer: str
    subject: str = field(repr=False)
    language: Language = Language.FI


def accept_role(session: Session, *, code: str, actor: Actor, now: datetime) -> AcceptedRole | Refusal:
    """Give the person who is logged in the role of an invitation to that person. The code works once.

    Refused with `invitation_unknown`, `other_account`, `own_role`, `role_held`.
    """
    invitation = role_invitation_with_digest(session, digest_of_code(code), now, lock=True)
    if invitation is None or actor.person_id is None:
        return INVITATION_UNKNOWN
    account = account_of(session, invitation.email)
    if account is None or account.person_id != actor.person_id:
        return OTHER_ACCOUNT
    return _accept(session, invitation, account.person_id, account.name, now)


def accept_role_with_password(
    session: Session, *, code: str, account: NewPassword, now: datetime
) -> AcceptedRole | Refusal:
    """Make an account for the holder of a code, or give one that has no password its first, with the role.

    Who holds the code reads the mail of that address, or has it from the operator. Refused with
    `invitation_unknown`, `account_known`, `own_role`, `role_held`.
    """
    invitation = role_invitation_with_digest(session, digest_of_code(code), now, lock=True)
    if invitation is None:
        return INVITATION_UNKNOWN
    known = account_of(session, invitation.email)
    if known is not None and known.has_log_in:
        return ACCOUNT_KNOWN
    if known is not None and (refusal := _why_not(session, invitation, known.person_id)):
        return refusal
    person_id = (
        store_person(session, name=account.name, email=invitation.email, language=account.language)
        if known is None
        else known.person_id
    )
    store_password(session, person_id, account.password_hash)
    return _accept(session, invitation, person_id, account.name if known is None else known.name, now)


def accept_role_with_identity(
    session: Session, *, code: str, identity: VerifiedIdentity, now: datetime
) -> AcceptedRole | Refusal:
    """Make an account for the holder of a code, who logs in at a service from now on, with the role.

    A link adds no way to log in to an account that has one. Refused with `invitation_unknown`,
    `account_known`.
    """
    invitation = role_invitation_with_digest(session, digest_of_code(code), now, lock=True)
    if invitation is None:
        return INVITATION_UNKNOWN
    is_known = is_identity_known(session, identity.issuer, identity.subject)
    if is_known or account_of(session, invitation.email) is not None:
        return ACCOUNT_KNOWN
    person_id = store_person(session, name=identity.name, email=invitation.email, language=identity.language)
    store_identity(session, person_id, identity.issuer, identity.subject, now)
    return _accept(session, invitation, person_id, identity.name, now)


def _why_not(session: Session, invitation: OpenRoleInvitation, person_id: int) -> Refusal | None:
    if invitation.made_by == person_id:
        return OWN_ROLE
    held = holds_role(session, invitation.county.id, person_id, invitation.terms)
    return ROLE_HELD if held else None


def _accept(
    session: Session, invitation: OpenRoleInvitation, person_id: int, name: str, now: datetime
) -> AcceptedRole | Refusal:
    refusal = _why_not(session, invitation, person_id)
    if refusal is not None:
        return refusal
    grant_id = store_role(
        session,
        invitation.id,
        invitation.county.id,
        person_id,
        invitation.terms,
        substitute_id=invitation.substitute_id,
        given_by=invitation.made_by,
        now=now,
    )
    record(
        session,
        actor=Actor(person_id, invitation.terms.role, name, invitation.county.id),
        now=now,
        act="role.accept",
        subject=("role_grant", grant_id),
        county_id=invitation.county.id,
        detail={"invitation": invitation.id, **described(invitation.terms)},
    )
    return AcceptedRole(person_id, grant_id)
