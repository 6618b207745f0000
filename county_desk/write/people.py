"""Rows of invitations and roles. A role that ends takes its sessions and keys along."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, delete, func, insert, literal_column, null, update
from sqlalchemy.dialects.postgresql import DATERANGE, Range
from sqlalchemy.orm import Session

from county_desk.rules.people import OPEN_FOR, RoleTerms
from foundation.database.columns import days
from foundation.database.tables.open_id import ExternalIdentity
from foundation.database.tables.people import ApiKey, Person, RoleGrant, WebSession
from foundation.database.tables.role_invitations import RoleInvitation
from foundation.database.tables.second_factors import RecoveryCode, SecondFactor
from foundation.vocabulary.languages import Language

_EMPTY: ColumnElement[Range[date]] = literal_column("'empty'::daterange", DATERANGE)


def store_role_invitation(
    session: Session,
    county_id: int,
    email: str,
    terms: RoleTerms,
    *,
    substitute_id: int | None,
    digest: str,
    made_by: int | None,
    now: datetime,
) -> int:
    """Store an invitation in place of earlier ones of this person to this role; return its id."""
    same = (RoleInvitation.email == email) & (RoleInvitation.role == terms.role)
    _withdraw(session, county_id, same, now)
    values = {
        "county_id": county_id,
        "role": terms.role.value,
        "email": email,
        "first_day": terms.first_day,
        "last_day": terms.last_day,
        "granting_limit_cents": terms.granting_limit_cents,
        "substitute_for": substitute_id,
        "code_sha256": digest,
        "made_at": now,
        "made_by": made_by,
        "expires_at": now + OPEN_FOR,
    }
    statement = insert(RoleInvitation).values(values).returning(RoleInvitation.id)
    return session.execute(statement).scalar_one()


def withdraw_invitations(session: Session, county_id: int, email: str, now: datetime) -> list[int]:
    """Withdraw the open invitations of an address; return their ids."""
    return _withdraw(session, county_id, RoleInvitation.email == email, now)


def withdraw_invitation(session: Session, county_id: int, invitation_id: int, now: datetime) -> bool:
    """Withdraw one open invitation; return whether there was one."""
    return bool(_withdraw(session, county_id, RoleInvitation.id == invitation_id, now))


def _withdraw(session: Session, county_id: int, chosen: ColumnElement[bool], now: datetime) -> list[int]:
    is_open = RoleInvitation.accepted_at.is_(None) & RoleInvitation.withdrawn_at.is_(None)
    statement = (
        update(RoleInvitation)
        .where(RoleInvitation.county_id == county_id, is_open, chosen)
        .values(withdrawn_at=now)
        .returning(RoleInvitation.id)
    )
    return list(session.scalars(statement))


def store_account(session: Session, *, name: str, email: str, language: Language) -> int:
    """Store a person without a password; return the id."""
    values = {"name": name, "email": email, "language": language.value, "about": "", "is_demo": False}
    return session.execute(insert(Person).values(values).returning(Person.id)).scalar_one()


def store_password(session: Session, person_id: int, password_hash: str) -> None:
    """Store the hash of a person's password."""
    session.execute(update(Person).where(Person.id == person_id).values(password_hash=password_hash))


def store_identity(session: Session, person_id: int, issuer: str, subject: str, now: datetime) -> None:
    """Store by which subject an issuer knows a person."""
    values = {"person_id": person_id, "issuer": issuer, "subject": subject, "linked_at": now}
    session.execute(insert(ExternalIdentity).values(values))


def store_role(
    session: Session,
    invitation_id: int,
    county_id: int,
    person_id: int,
    terms: RoleTerms,
    *,
    substitute_id: int | None,
    given_by: int | None,
    now: datetime,
) -> int:
    """Store the role of an accepted invitation; return the id of the role."""
    values = {
        "person_id": person_id,
        "role": terms.role.value,
        "county_id": county_id,
        "valid": days(terms.first_day, terms.last_day),
        "given_by": given_by,
        "granting_limit_cents": terms.granting_limit_cents,
        "substitute_for": substitute_id,
    }
    grant_id = session.execute(insert(RoleGrant).values(values).returning(RoleGrant.id)).scalar_one()
    accepted = {"accepted_at": now, "role_grant_id": grant_id}
    session.execute(update(RoleInvitation).where(RoleInvitation.id == invitation_id).values(accepted))
    return grant_id


def change_role(session: Session, role_grant_id: int, terms: RoleTerms) -> None:
    """Store other days and another limit of a role."""
    values = {
        "valid": days(terms.first_day, terms.last_day),
        "granting_limit_cents": terms.granting_limit_cents,
    }
    session.execute(update(RoleGrant).where(RoleGrant.id == role_grant_id).values(values))


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


def delete_second_factor(session: Session, person_id: int) -> bool:
    """Delete a person's app and recovery codes; return whether there was an app."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    statement = delete(SecondFactor).where(SecondFactor.person_id == person_id)
    return session.scalar(statement.returning(SecondFactor.person_id)) is not None


def _end_sessions(session: Session, chosen: ColumnElement[bool], now: datetime) -> None:
    session.execute(update(WebSession).where(chosen).values(drafts=null()))
    session.execute(update(WebSession).where(chosen, WebSession.ended_at.is_(None)).values(ended_at=now))
