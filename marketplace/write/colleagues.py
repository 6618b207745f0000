"""Rows of invitations to a provider, and of the roles that they become."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, insert, update
from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables.people import RoleGrant
from foundation.database.tables.provider_invitations import ProviderInvitation
from marketplace.rules.accounts import OPEN_FOR
from marketplace.rules.colleagues import ColleagueTerms


def store_provider_invitation(
    session: Session,
    provider_id: int,
    email: str,
    terms: ColleagueTerms,
    *,
    digest: str,
    made_by: int | None,
    now: datetime,
) -> int:
    """Store an invitation in place of earlier ones of this person to this role; return its id."""
    same = (ProviderInvitation.email == email) & (ProviderInvitation.role == terms.role)
    _withdraw(session, provider_id, same, now)
    values = {
        "provider_id": provider_id,
        "role": terms.role.value,
        "email": email,
        "last_day": terms.last_day,
        "code_sha256": digest,
        "made_at": now,
        "made_by": made_by,
        "expires_at": now + OPEN_FOR,
    }
    statement = insert(ProviderInvitation).values(values).returning(ProviderInvitation.id)
    return session.execute(statement).scalar_one()


def withdraw_provider_invitation(
    session: Session, provider_id: int, invitation_id: int, now: datetime
) -> bool:
    """Withdraw one open invitation; return whether there was one."""
    return bool(_withdraw(session, provider_id, ProviderInvitation.id == invitation_id, now))


def withdraw_provider_invitations(session: Session, provider_id: int, email: str, now: datetime) -> list[int]:
    """Withdraw the open invitations of an address; return their ids."""
    return _withdraw(session, provider_id, ProviderInvitation.email == email, now)


def _withdraw(session: Session, provider_id: int, chosen: ColumnElement[bool], now: datetime) -> list[int]:
    is_open = ProviderInvitation.accepted_at.is_(None) & ProviderInvitation.withdrawn_at.is_(None)
    statement = (
        update(ProviderInvitation)
        .where(ProviderInvitation.provider_id == provider_id, is_open, chosen)
        .values(withdrawn_at=now)
        .returning(ProviderInvitation.id)
    )
    return list(session.scalars(statement))


def store_colleague(
    session: Session,
    invitation_id: int,
    provider_id: int,
    person_id: int,
    terms: ColleagueTerms,
    *,
    given_by: int | None,
    first_day: date,
    now: datetime,
) -> int:
    """Store the role of an accepted invitation; return the id of the role."""
    values = {
        "person_id": person_id,
        "role": terms.role.value,
        "provider_id": provider_id,
        "valid": days(first_day, terms.last_day),
        "given_by": given_by,
    }
    grant_id = session.execute(insert(RoleGrant).values(values).returning(RoleGrant.id)).scalar_one()
    accepted = {"accepted_at": now, "role_grant_id": grant_id}
    session.execute(update(ProviderInvitation).where(ProviderInvitation.id == invitation_id).values(accepted))
    return grant_id


def change_last_day(session: Session, role_grant_id: int, first_day: date, last_day: date | None) -> None:
    """Store another last day of a role."""
    values = {"valid": days(first_day, last_day)}
    session.execute(update(RoleGrant).where(RoleGrant.id == role_grant_id).values(values))
