"""Accounts with a password, and the links by which people choose a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.password_resets import PasswordReset
from foundation.database.tables.people import Person


@dataclass(frozen=True, slots=True)
class PasswordAccount:
    """An account with a password. `asked_at` is when its newest link was made, if it is still unused."""

    person_id: int
    name: str
    email: str
    asked_at: datetime | None


def password_account(session: Session, email: str) -> PasswordAccount | None:
    """Return the account with a password of an address, in any case of letters; None if there is none."""
    row = session.execute(
        select(Person.id, Person.name, Person.email, PasswordReset.made_at)
        .outerjoin(PasswordReset, PasswordReset.person_id == Person.id)
        .where(func.lower(Person.email) == email.strip().lower(), Person.password_hash.is_not(None))
        .order_by(Person.id)
        .limit(1)
    ).one_or_none()
    return (
        None
        if row is None or row.email is None
        else PasswordAccount(row.id, row.name, row.email, row.made_at)
    )


def account_of_link(
    session: Session, digest: str, now: datetime, *, lock: bool = False
) -> PasswordAccount | None:
    """Return the account whose link has a code with this SHA-256; None if it does not work any more."""
    query = (
        select(Person.id, Person.name, Person.email, PasswordReset.made_at)
        .join(PasswordReset, PasswordReset.person_id == Person.id)
        .where(PasswordReset.code_sha256 == digest, PasswordReset.expires_at > now)
    )
    row = session.execute(query.with_for_update(of=PasswordReset) if lock else query).one_or_none()
    return None if row is None else PasswordAccount(row.id, row.name, row.email or "", row.made_at)
