"""Mail somebody a link to a new password, and change the password by it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail, leave_secret_mail
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.passwords import account_of_link, password_account
from marketplace.rules.password_mails import CHANGED_SUBJECT, CHANGED_TEXT, RESET_SUBJECT, reset_text
from marketplace.rules.refusals import LINK_UNKNOWN
from marketplace.write.passwords import store_link, store_new_password

LINK_PATH = "/kirjaudu/uusi-salasana/"
WORKS_FOR = timedelta(hours=1)
MAILED_AGAIN_AFTER = timedelta(minutes=5)
_CODE_BYTES = 32


def digest_of_link(code: str) -> str:
    """Return the SHA-256 of a code, by which a link is found."""
    return sha256(code.encode()).hexdigest()


def mail_new_link(session: Session, email: str, *, address: str, now: datetime) -> None:
    """Mail a link if the address has an account with a password, at most every five minutes.

    The caller learns nothing, so that nobody can try which addresses have an account.
    """
    account = password_account(session, email)
    if account is None or (account.asked_at is not None and now - account.asked_at < MAILED_AGAIN_AFTER):
        return
    code = secrets.token_urlsafe(_CODE_BYTES)
    store_link(session, account.person_id, digest_of_link(code), now, now + WORKS_FOR)
    key = f"password_reset:{account.person_id}:{now.isoformat()}"
    text = reset_text(f"{address.rstrip('/')}{LINK_PATH}{code}")
    leave_secret_mail(session, key, to=account.email, subject=RESET_SUBJECT, text=text, now=now)


def change_password_by_link(
    session: Session, code: str, password_hash: str, *, now: datetime
) -> Refusal | None:
    """Change the password of the account of a link, end all its sessions, and say so by mail.

    The second factor stays and is asked for at the log-in. Refused with `link_unknown`.
    """
    account = account_of_link(session, digest_of_link(code), now, lock=True)
    if account is None:
        return LINK_UNKNOWN
    store_new_password(session, account.person_id, password_hash, now)
    key = f"password_changed:{account.person_id}:{now.isoformat()}"
    leave_mail(session, key, to=account.email, subject=CHANGED_SUBJECT, text=CHANGED_TEXT, now=now)
    actor = Actor(account.person_id, None, account.name)
    record(session, actor=actor, now=now, act="password.reset", subject=("person", account.person_id))
    return None
