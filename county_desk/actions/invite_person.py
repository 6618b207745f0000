"""Invite somebody to a role in a county, and withdraw an invitation."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_secret_mail
from county_desk.load.people import InvitingCounty, holds_role, person_in_role
from county_desk.rules.people import (
    OWN_ROLE,
    ROLE_HELD,
    ROLE_REFUSED,
    SUBSTITUTE_UNKNOWN,
    RoleTerms,
    faults_of_invitation,
)
from county_desk.rules.person_mails import INVITED_SUBJECT, invitation_text
from county_desk.write.people import store_role_invitation
from county_desk.write.people import withdraw_invitation as store_withdrawal
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.accounts import account_of
from marketplace.rules.accounts import OPEN_FOR, digest_of_code, normalised_email

LINK_PATH = "/kutsu/rooli/"
_CODE_BYTES = 32


@dataclass(frozen=True, slots=True)
class InvitedPerson:
    """An invitation was stored. `code` exists here and in the mail, and nowhere else."""

    invitation_id: int
    expires_at: datetime
    code: str = field(repr=False)


def invite_person(
    session: Session,
    county: InvitingCounty,
    email: str,
    terms: RoleTerms,
    *,
    actor: Actor,
    now: datetime,
    address: str | None,
) -> InvitedPerson | Refusal:
    """Store an invitation and return its code. An earlier one of the person to the role works no longer.

    The caller has checked that the actor is an administrator of the county, or the operator. Refused with
    `role_refused`, and a reason for each wrong field; `own_role` if the administrator is the invited person.

    Args:
        address: The public address of the service, for the link in the mail. None: no mail is left, and the
            caller hands the link over.
    """
    email = normalised_email(email)
    replaced = _substituted(session, county.id, terms, now)
    if faults := tuple(_faults(session, county.id, email, terms, replaced, actor, now)):
        return Refusal(ROLE_REFUSED, reasons=faults)
    code = secrets.token_urlsafe(_CODE_BYTES)
    invitation_id = store_role_invitation(
        session,
        county.id,
        email,
        terms,
        substitute_id=replaced,
        digest=digest_of_code(code),
        made_by=actor.person_id,
        now=now,
    )
    if address is not None:
        text = invitation_text(county.name_fi, county.name_sv, link_of(address, code))
        key = f"role_invited:{invitation_id}"
        leave_secret_mail(session, key, to=email, subject=INVITED_SUBJECT, text=text, now=now)
    _record(session, county.id, invitation_id, terms, email, actor, now)
    return InvitedPerson(invitation_id, now + OPEN_FOR, code)


def _record(
    session: Session,
    county_id: int,
    invitation_id: int,
    terms: RoleTerms,
    email: str,
    actor: Actor,
    now: datetime,
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act="role.invite",
        subject=("role_invitation", invitation_id),
        county_id=county_id,
        detail={"email": email, **described(terms)},
    )


def link_of(address: str, code: str) -> str:
    """Return the link of an invitation."""
    return f"{address.rstrip('/')}{LINK_PATH}{code}"


def _substituted(session: Session, county_id: int, terms: RoleTerms, now: datetime) -> int | None:
    if terms.substitute_for is None:
        return None
    email = normalised_email(terms.substitute_for)
    return person_in_role(session, county_id, email, [terms.role], helsinki_day(now))


def _faults(
    session: Session,
    county_id: int,
    email: str,
    terms: RoleTerms,
    replaced: int | None,
    actor: Actor,
    now: datetime,
) -> Iterator[Refusal]:
    yield from faults_of_invitation(email, terms, helsinki_day(now))
    account = account_of(session, email)
    if account is not None and account.person_id == actor.person_id:
        yield OWN_ROLE
    elif account is not None and terms.are_days_ordered():
        yield from [ROLE_HELD] if holds_role(session, county_id, account.person_id, terms) else []
    is_self = replaced is not None and account is not None and account.person_id == replaced
    if terms.substitute_for is not None and (replaced is None or is_self):
        yield SUBSTITUTE_UNKNOWN


def described(terms: RoleTerms) -> dict[str, object]:
    """Return the terms as the audit log stores them."""
    return {
        "role": terms.role.value,
        "first_day": terms.first_day.isoformat(),
        "last_day": None if terms.last_day is None else terms.last_day.isoformat(),
        "granting_limit_cents": terms.granting_limit_cents,
        "substitute_for": terms.substitute_for,
    }


def withdraw_role_invitation(
    session: Session, county_id: int, invitation_id: int, *, actor: Actor, now: datetime
) -> bool:
    """Withdraw an open invitation of the county: its link works no longer. Return whether there was one."""
    if not store_withdrawal(session, county_id, invitation_id, now):
        return False
    subject = ("role_invitation", invitation_id)
    record(session, actor=actor, now=now, act="role.withdraw", subject=subject, county_id=county_id)
    return True
