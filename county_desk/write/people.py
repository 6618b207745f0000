"""Rows of invitations and roles of a county."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, insert, update
from sqlalchemy.orm import Session

from county_desk.rules.people import RoleTerms
from foundation.database.columns import days
from foundation.database.tables.open_id import ExternalIdentity
from foundation.database.tables.people import RoleGrant
from foundation.database.tables.role_invitations import RoleInvitation
from marketplace.rules.accounts import OPEN_FOR


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
