"""A provider's owner enters a bank account; a second person, of a county, confirms it."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.eligibility.load.owners import emails_of_owners
from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.identifiers import parse_iban
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.bank_accounts import newest_iban, waiting_accounts
from marketplace.rules.bank_account_mails import AccountMail, confirmed_mail, entered_mail
from marketplace.rules.refusals import (
    ACCOUNT_ENTERED_BY_ACTOR,
    ACCOUNT_IN_USE,
    ACCOUNT_NOT_WAITING,
    BIC_MALFORMED,
    IBAN_MALFORMED,
)
from marketplace.write.bank_accounts import confirm_account
from marketplace.write.register import store_account

BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
"""ISO 9362."""


def enter_bank_account(
    session: Session, provider_id: int, *, iban: str, bic: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Store a new account of the provider and mail its owners; nothing is paid before it is confirmed.

    Refused with `iban_malformed`, `bic_malformed`, and `account_in_use` if it is the newest already.
    """
    read, bic = parse_iban(iban), "".join(bic.split()).upper()
    if read is None:
        return IBAN_MALFORMED
    if not BIC.fullmatch(bic):
        return BIC_MALFORMED
    if newest_iban(session, provider_id) == read:
        return ACCOUNT_IN_USE
    store_account(session, provider_id, iban=read, bic=bic, actor=actor, now=now)
    _mail_owners(session, provider_id, entered_mail(read), "account_entered", now)
    subject, detail = ("provider", provider_id), {"iban_end": read[-4:]}
    record(session, actor=actor, now=now, act="bank_account.enter", subject=subject, detail=detail)
    return None


def confirm_bank_account(
    session: Session, county_id: int, account_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Confirm the newest account of a provider that the county knows, and mail its owners.

    Refused with `account_not_waiting` if it was confirmed or is no longer the newest, and with
    `account_entered_by_actor`: a second person confirms.
    """
    found = waiting_accounts(session, county_id, account_id, lock=True)
    if not found:
        return ACCOUNT_NOT_WAITING
    (account,) = found
    if account.entered_by == actor.person_id:
        return ACCOUNT_ENTERED_BY_ACTOR
    confirm_account(session, account_id, actor, now)
    _mail_owners(session, account.provider_id, confirmed_mail(account.iban), "account_confirmed", now)
    record(
        session,
        actor=actor,
        now=now,
        act="bank_account.confirm",
        subject=("provider", account.provider_id),
        county_id=county_id,
        detail={"account": account_id, "iban_end": account.iban[-4:]},
    )
    return None


def _mail_owners(session: Session, provider_id: int, mail: AccountMail, kind: str, now: datetime) -> None:
    for email in emails_of_owners(session, provider_id, helsinki_day(now)):
        key = f"{kind}:{provider_id}:{now.isoformat()}:{email}"
        leave_mail(session, key, to=email, subject=mail.subject, text=mail.text, now=now)
