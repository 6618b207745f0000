"""Accounts: people by the address with which they log in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from foundation.database.tables.open_id import ExternalIdentity
from foundation.database.tables.people import Person


@dataclass(frozen=True, slots=True)
class Account:
    """A person as an account. It has a log-in if it has a password, or one at another service."""

    person_id: int
    name: str
    has_log_in: bool


def account_of(session: Session, email: str) -> Account | None:
    """Return the account with an address, in any case of letters; None if there is none."""
    person = session.execute(
        select(Person.id, Person.name, Person.password_hash.is_not(None) | _is_known_elsewhere())
        .where(func.lower(Person.email) == email)
        .order_by(Person.id)
        .limit(1)
    ).one_or_none()
    return None if person is None else Account(*person)


def person_with_identity(session: Session, identity_hash: str) -> int | None:
    """Return the person with the keyed hash of an identity code; None if there is none."""
    return session.scalar(select(Person.id).where(Person.identity_hash == identity_hash))


def _is_known_elsewhere() -> ColumnElement[bool]:
    return Person.identity_hash.is_not(None) | exists().where(ExternalIdentity.person_id == Person.id)
