"""Accept an invitation to a role at a provider, with an account or with a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.actions.invite_colleague import described
from marketplace.actions.verified_person import VerifiedPerson, account_of_verified
from marketplace.load.accounts import account_of
from marketplace.load.colleagues import (
    OpenProviderInvitation,
    holds_provider_role,
    provider_invitation_with_digest,
)
from marketplace.rules.accounts import NewPassword, digest_of_code
from marketplace.rules.colleagues import (
    ACCOUNT_KNOWN,
    INVITATION_UNKNOWN,
    OTHER_ACCOUNT,
    OWN_ROLE,
    ROLE_HELD,
)
from marketplace.write.accounts import store_address, store_password, store_person
from marketplace.write.colleagues import store_colleague


@dataclass(frozen=True, slots=True)
class AcceptedColleague:
    """The role is stored; the person acts from `role_grant_id`."""

    person_id: int
    role_grant_id: int


def accept_colleague(
    session: Session, *, code: str, actor: Actor, now: datetime, is_citizen: bool = False
) -> AcceptedColleague | Refusal:
    """Give the person who is logged in the role of an invitation to that person. The code works once.

    Who has logged in by an identity code (`is_citizen`) accepts for an address that nobody else has. Refused
    with `invitation_unknown`, `other_account`, `own_role`, `role_held`.
    """
    invitation = provider_invitation_with_digest(session, digest_of_code(code), now, lock=True)
    if invitation is None or actor.person_id is None:
        return INVITATION_UNKNOWN
    account = account_of(session, invitation.email)
    if account is None and is_citizen:
        store_address(session, actor.person_id, invitation.email)
        return _accept(session, invitation, actor.person_id, actor.name, now)
    if account is None or account.person_id != actor.person_id:
        return OTHER_ACCOUNT
    return _accept(session, invitation, account.person_id, account.name, now)


def accept_colleague_with_password(
    session: Session, *, code: str, account: NewPassword, now: datetime
) -> AcceptedColleague | Refusal:
    """Make an account for the holder of a code, or give one that has no password its first, with the role.

    Refused with `invitation_unknown`, `account_known`, `own_role`, `role_held`.
    """
    invitation = provider_invitation_with_digest(session, digest_of_code(code), now, lock=True)
    if invitation is None:
        return INVITATION_UNKNOWN
    known = account_of(session, invitation.email)
    if known is not None and known.has_log_in:
        return ACCOUNT_KNOWN
    if known is not None and (refusal := _why_not(session, invitation, known.person_id, now)):
        return refusal
    person_id = (
        store_person(session, name=account.name, email=invitation.email, language=account.language)
        if known is None
        else known.person_id
    )
    store_password(session, person_id, account.password_hash)
    return _accept(session, invitation, person_id, account.name if known is None else known.name, now)


def accept_colleague_as_verified(
    session: Session, *, code: str, person: VerifiedPerson, now: datetime
) -> AcceptedColleague | Refusal:
    """Give a person whom a broker has verified the role, with an account that logs in there from now on.

    Refused with `invitation_unknown`, `account_known`, `own_role`, `role_held`.
    """
    invitation = provider_invitation_with_digest(session, digest_of_code(code), now, lock=True)
    if invitation is None:
        return INVITATION_UNKNOWN
    person_id = account_of_verified(session, person, invitation.email)
    if person_id is None:
        return ACCOUNT_KNOWN
    return _accept(session, invitation, person_id, person.name, now)


def _why_not(
    session: Session, invitation: OpenProviderInvitation, person_id: int, now: datetime
) -> Refusal | None:
    if invitation.made_by == person_id:
        return OWN_ROLE
    key = (invitation.provider.id, person_id, invitation.terms.role)
    return ROLE_HELD if holds_provider_role(session, *key, helsinki_day(now)) else None


def _accept(
    session: Session, invitation: OpenProviderInvitation, person_id: int, name: str, now: datetime
) -> AcceptedColleague | Refusal:
    refusal = _why_not(session, invitation, person_id, now)
    if refusal is not None:
        return refusal
    grant_id = store_colleague(
        session,
        invitation.id,
        invitation.provider.id,
        person_id,
        invitation.terms,
        given_by=invitation.made_by,
        first_day=helsinki_day(now),
        now=now,
    )
    record(
        session,
        actor=Actor(person_id, invitation.terms.role, name, provider_id=invitation.provider.id),
        now=now,
        act="role.accept",
        subject=("role_grant", grant_id),
        detail={"invitation": invitation.id, **described(invitation.terms)},
    )
    return AcceptedColleague(person_id, grant_id)
