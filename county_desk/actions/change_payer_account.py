"""Change the account that a county pays from: one person enters it, another one confirms it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from county_desk.load.payer_accounts import StoredAccount, account_in_use, waiting_account
from county_desk.load.people import inviting_county, people_of_county
from county_desk.rules.payer_account import (
    CHANGED_SUBJECT,
    AccountRefusal,
    PayerAccount,
    account_mail_text,
)
from county_desk.write.payer_accounts import store_change, store_confirmed, store_withdrawn
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role


def enter_payer_account(
    session: Session, county_id: int, account: PayerAccount, *, why: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Store another account and mail every administrator; the county pays as before until it is confirmed.

    Refused with `role_forbidden`, `why_missing`, `account_unchanged`, and `another_account_waits`.
    """
    if not _is_admin(actor, county_id):
        return Refusal(AccountRefusal.ROLE_FORBIDDEN)
    if not why.strip():
        return Refusal(AccountRefusal.WHY_MISSING, "why")
    if account_in_use(session, county_id, lock=True) == account:
        return Refusal(AccountRefusal.UNCHANGED, "iban")
    if waiting_account(session, county_id) is not None:
        return Refusal(AccountRefusal.WAITING)
    store_change(session, county_id, account, why=why.strip(), by=actor.person_id, now=now)
    _report(session, county_id, "entered", account, actor, now)
    return None


def confirm_payer_account(
    session: Session, county_id: int, change_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Let the county pay from an account that another person has entered; every administrator gets a mail.

    A payment run that is prepared keeps the account with which it was prepared. Refused with
    `role_forbidden`, `account_not_waiting` and `same_person`.
    """
    found = _waiting(session, county_id, change_id, actor)
    if isinstance(found, Refusal):
        return found
    if actor.person_id is None or found.entered_by == actor.person_id:
        return Refusal(AccountRefusal.SAME_PERSON)
    store_confirmed(session, county_id, change_id, found.account, by=actor.person_id, now=now)
    _report(session, county_id, "confirmed", found.account, actor, now)
    return None


def withdraw_payer_account(
    session: Session, county_id: int, change_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Withdraw an account that waits. Refused with `role_forbidden` and `account_not_waiting`."""
    found = _waiting(session, county_id, change_id, actor)
    if isinstance(found, Refusal):
        return found
    store_withdrawn(session, change_id, now=now)
    _audit(session, county_id, "withdrawn", found.account, actor, now)
    return None


def _is_admin(actor: Actor, county_id: int) -> bool:
    """Return whether the actor is an administrator of the county, or the operator (by its file)."""
    return actor.role is Role.ADMIN and actor.county_id in (county_id, None)


def _waiting(session: Session, county_id: int, change_id: int, actor: Actor) -> StoredAccount | Refusal:
    if not _is_admin(actor, county_id):
        return Refusal(AccountRefusal.ROLE_FORBIDDEN)
    account_in_use(session, county_id, lock=True)
    found = waiting_account(session, county_id)
    if found is None or found.id != change_id:
        return Refusal(AccountRefusal.NOT_WAITING)
    return found


def _report(
    session: Session, county_id: int, event: str, account: PayerAccount, actor: Actor, now: datetime
) -> None:
    """Write to every administrator and to the audit log."""
    county = inviting_county(session, county_id)
    code = "" if county is None else county.code
    text = account_mail_text(event, code, account.iban)
    people = people_of_county(session, county_id, helsinki_day(now))
    for email in sorted({each.email for each in people if each.email and each.terms.role is Role.ADMIN}):
        key = f"payer_account_{event}:{county_id}:{now.isoformat()}:{email}"
        leave_mail(session, key, to=email, subject=CHANGED_SUBJECT, text=text, now=now)
    _audit(session, county_id, event, account, actor, now)


def _audit(
    session: Session, county_id: int, event: str, account: PayerAccount, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=f"payer_account.{event}",
        subject=("county", county_id),
        county_id=county_id,
        detail={"iban_end": account.iban[-4:], "bic": account.bic},
    )
