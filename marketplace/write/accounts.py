"""Rows of accounts, and the end of roles with their sessions and keys."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, delete, func, insert, literal_column, null, update
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Session

from foundation.database.tables.passkeys import Passkey
from foundation.database.tables.people import ApiKey, Person, RoleGrant, WebSession
from foundation.database.tables.second_factors import RecoveryCode, SecondFactor
from foundation.vocabulary.languages import Language

_EMPTY: ColumnElement[Range[date]] = literal_column("'empty'::daterange", DATERANGE)


def store_person(session: Session, *, name: str, email: str, language: Language) -> int:
    """Store a person without a password; return the id."""
    values = {"name": name, "email": email, "language": language.value, "about": "", "is_demo": False}
    return session.execute(insert(Person).values(values).returning(Person.id)).scalar_one()


def store_verified_person(
    session: Session, *, name: str, email: str | None, language: Language, identity_hash: str
) -> int:
    """Store a person who logs in with an identity code; return the id."""
    values = {"name": name, "email": email, "language": language.value, "about": "", "is_demo": False}
    row = insert(Person).values(values | {"identity_hash": identity_hash})
    return session.execute(row.returning(Person.id)).scalar_one()


def store_identity_hash(session: Session, person_id: int, identity_hash: str) -> None:
    """Let a person without a way to log in do so with an identity code."""
    session.execute(update(Person).where(Person.id == person_id).values(identity_hash=identity_hash))


def store_address(session: Session, person_id: int, email: str) -> None:
    """Store the address of a person who has none."""
    has_none = (Person.id == person_id) & Person.email.is_(None)
    session.execute(update(Person).where(has_none).values(email=email))


def store_password(session: Session, person_id: int, password_hash: str) -> None:
    """Store the hash of a person's password."""
    session.execute(update(Person).where(Person.id == person_id).values(password_hash=password_hash))


def end_roles(session: Session, role_grant_ids: Collection[int], today: date, now: datetime) -> None:
    """End roles so that they are not in force today, with the sessions in them and their keys."""
    first = func.lower(RoleGrant.valid)
    until_today = func.daterange(first, today)
    session.execute(
        update(RoleGrant)
        .where(RoleGrant.id.in_(role_grant_ids))
        .values(valid=case((first < today, until_today), else_=_EMPTY))
    )
    session.execute(
        update(ApiKey)
        .where(ApiKey.role_grant_id.in_(role_grant_ids), ApiKey.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    _end_sessions(session, WebSession.role_grant_id.in_(role_grant_ids), now)


def end_sessions(session: Session, person_id: int, now: datetime) -> None:
    """End every session of a person, in any role and on every device."""
    _end_sessions(session, WebSession.person_id == person_id, now)


def _end_sessions(session: Session, chosen: ColumnElement[bool], now: datetime) -> None:
    session.execute(update(WebSession).where(chosen).values(drafts=null()))
    session.execute(update(WebSession).where(chosen, WebSession.ended_at.is_(None)).values(ended_at=now))


def delete_second_factor(session: Session, person_id: int) -> bool:
    """Delete a person's app, passkeys and recovery codes; return whether there was an app."""
    for table in (RecoveryCode, Passkey):
        session.execute(delete(table).where(table.person_id == person_id))
    statement = delete(SecondFactor).where(SecondFactor.person_id == person_id)
    return session.scalar(statement.returning(SecondFactor.person_id)) is not None
