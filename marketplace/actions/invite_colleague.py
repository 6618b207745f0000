"""Invite somebody to a role at a provider, and withdraw an invitation."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_secret_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.accounts import account_of
from marketplace.load.colleagues import InvitingProvider, holds_provider_role
from marketplace.rules.accounts import OPEN_FOR, digest_of_code, normalised_email
from marketplace.rules.colleague_mails import COLLEAGUE_SUBJECT, colleague_text
from marketplace.rules.colleagues import (
    OWN_ROLE,
    ROLE_HELD,
    ROLE_REFUSED,
    ColleagueTerms,
    faults_of_colleague,
)
from marketplace.write.colleagues import store_provider_invitation
from marketplace.write.colleagues import withdraw_provider_invitation as store_withdrawal

LINK_PATH = "/kutsu/yritys/"
_CODE_BYTES = 32


@dataclass(frozen=True, slots=True)
class InvitedColleague:
    """An invitation was stored. `code` exists here and in the mail, and nowhere else."""

    invitation_id: int
    expires_at: datetime
    code: str = field(repr=False)


def invite_colleague(
    session: Session,
    provider: InvitingProvider,
    email: str,
    terms: ColleagueTerms,
    *,
    actor: Actor,
    now: datetime,
    address: str | None,
) -> InvitedColleague | Refusal:
    """Store an invitation and return its code. An earlier one of the person to the role works no longer.

    The caller has checked that the actor is an owner of the provider, a county that approves it, or the
    operator. Refused with `role_refused`, and a reason for each wrong field; `own_role` is among them if the
    actor is the invited person.

    Args:
        address: The public address of the service, for the link in the mail. None: no mail is left, and the
            caller hands the link over.
    """
    email = normalised_email(email)
    if faults := tuple(_faults(session, provider.id, email, terms, actor, now)):
        return Refusal(ROLE_REFUSED, reasons=faults)
    code = secrets.token_urlsafe(_CODE_BYTES)
    invitation_id = store_provider_invitation(
        session,
        provider.id,
        email,
        terms,
        digest=digest_of_code(code),
        made_by=actor.person_id,
        now=now,
    )
    if address is not None:
        text = colleague_text(provider.name, colleague_link(address, code))
        key = f"provider_invited:{invitation_id}"
        leave_secret_mail(session, key, to=email, subject=COLLEAGUE_SUBJECT, text=text, now=now)
    _record(session, "role.invite", invitation_id, actor, now, {"email": email, **described(terms)})
    return InvitedColleague(invitation_id, now + OPEN_FOR, code)


def _record(
    session: Session, act: str, invitation_id: int, actor: Actor, now: datetime, detail: dict[str, object]
) -> None:
    subject = ("provider_invitation", invitation_id)
    record(session, actor=actor, now=now, act=act, subject=subject, detail=detail)


def colleague_link(address: str, code: str) -> str:
    """Return the link of an invitation."""
    return f"{address.rstrip('/')}{LINK_PATH}{code}"


def described(terms: ColleagueTerms) -> dict[str, object]:
    """Return the terms as the audit log stores them."""
    last = terms.last_day
    return {"role": terms.role.value, "last_day": None if last is None else last.isoformat()}


def _faults(
    session: Session, provider_id: int, email: str, terms: ColleagueTerms, actor: Actor, now: datetime
) -> Iterator[Refusal]:
    today = helsinki_day(now)
    yield from faults_of_colleague(email, terms, today)
    account = account_of(session, email)
    if account is None:
        return
    if account.person_id == actor.person_id:
        yield OWN_ROLE
    elif holds_provider_role(session, provider_id, account.person_id, terms.role, today):
        yield ROLE_HELD


def withdraw_colleague_invitation(
    session: Session, provider_id: int, invitation_id: int, *, actor: Actor, now: datetime
) -> bool:
    """Withdraw an open invitation of the provider: its link works no longer. Return whether there was one."""
    if not store_withdrawal(session, provider_id, invitation_id, now):
        return False
    _record(session, "role.withdraw", invitation_id, actor, now, {})
    return True
