"""The people of a provider with their roles, and open invitations to roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import Session

from foundation.database.columns import first_and_last
from foundation.database.tables.people import Person, RoleGrant
from foundation.database.tables.provider_invitations import ProviderInvitation
from foundation.database.tables.providers import Provider
from foundation.vocabulary.roles import PEOPLE_OF_PROVIDERS, Role
from marketplace.rules.colleagues import ColleagueTerms


@dataclass(frozen=True, slots=True)
class InvitingProvider:
    """The provider that invites."""

    id: int
    business_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person with a role of the provider that is in force, or will be."""

    role_grant_id: int
    person_id: int
    name: str
    email: str | None
    first_day: date
    terms: ColleagueTerms


@dataclass(frozen=True, slots=True)
class OpenProviderInvitation:
    """An invitation whose link still works. `made_by` is None if the operator of the machine invited."""

    id: int
    provider: InvitingProvider
    email: str
    terms: ColleagueTerms
    made_by: int | None
    expires_at: datetime


def inviting_provider(session: Session, provider_id: int) -> InvitingProvider | None:
    """Return the provider with an id; None if there is none."""
    return _provider(session, Provider.id == provider_id)


def inviting_provider_named(session: Session, business_id: str) -> InvitingProvider | None:
    """Return the provider with a business ID; None if it is not in the register."""
    return _provider(session, Provider.business_id == business_id)


def _provider(session: Session, condition: ColumnElement[bool]) -> InvitingProvider | None:
    query = select(Provider.id, Provider.business_id, Provider.name).where(condition)
    row = session.execute(query).one_or_none()
    return None if row is None else InvitingProvider(*row)


def colleagues_of(session: Session, provider_id: int, day: date) -> list[Colleague]:
    """Return the provider's people by name, with each role that is in force on the day or later."""
    return [_colleague(row) for row in session.execute(_colleagues(provider_id, day))]


def colleague(
    session: Session, provider_id: int, role_grant_id: int, day: date, *, lock: bool = False
) -> Colleague | None:
    """Return the person with a role of the provider by its id; None if it has ended or is another's."""
    if lock:
        session.execute(select(RoleGrant.id).where(RoleGrant.id == role_grant_id).with_for_update())
    query = _colleagues(provider_id, day).where(RoleGrant.id == role_grant_id)
    row = session.execute(query).one_or_none()
    return None if row is None else _colleague(row)


def has_owner(session: Session, provider_id: int, day: date) -> bool:
    """Return whether a person is an owner of the provider on the day, or will be."""
    people = colleagues_of(session, provider_id, day)
    return any(person.terms.role is Role.PROVIDER_OWNER for person in people)


def holds_provider_role(session: Session, provider_id: int, person_id: int, role: Role, day: date) -> bool:
    """Return whether the person has the role at the provider on the day or later."""
    held = (
        (RoleGrant.provider_id == provider_id)
        & (RoleGrant.person_id == person_id)
        & (RoleGrant.role == role)
        & _lasts(day)
    )
    return bool(session.scalar(select(exists().where(held))))


def _colleagues(provider_id: int, day: date) -> Select[*tuple[Any, ...]]:
    return (
        select(RoleGrant, Person.name, Person.email)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.provider_id == provider_id, RoleGrant.role.in_(PEOPLE_OF_PROVIDERS), _lasts(day))
        .order_by(Person.name, RoleGrant.id)
        .execution_options(populate_existing=True)
    )


def _lasts(day: date) -> ColumnElement[bool]:
    after = func.upper(RoleGrant.valid)
    return ~func.isempty(RoleGrant.valid) & (after.is_(None) | (after > day))


def _colleague(row: Row[*tuple[Any, ...]]) -> Colleague:
    grant = row.RoleGrant
    first, last = first_and_last(grant.valid)
    terms = ColleagueTerms(Role(grant.role), last)
    return Colleague(grant.id, grant.person_id, row.name, row.email, first, terms)


def open_provider_invitations(
    session: Session, provider_id: int, now: datetime
) -> list[OpenProviderInvitation]:
    """Return the provider's invitations whose links still work, the oldest first."""
    return _invitations(session, (ProviderInvitation.provider_id == provider_id) & _is_open(now))


def provider_invitation_with_digest(
    session: Session, digest: str, now: datetime, *, lock: bool = False
) -> OpenProviderInvitation | None:
    """Return the open invitation with the SHA-256 of a code; None if there is none."""
    condition = (ProviderInvitation.code_sha256 == digest) & _is_open(now)
    if lock:
        session.execute(select(ProviderInvitation.id).where(condition).with_for_update())
    found = _invitations(session, condition)
    return found[0] if found else None


def _is_open(now: datetime) -> ColumnElement[bool]:
    used = ProviderInvitation.accepted_at.is_not(None) | ProviderInvitation.withdrawn_at.is_not(None)
    return ~used & (ProviderInvitation.expires_at > now)


def _invitations(session: Session, condition: ColumnElement[bool]) -> list[OpenProviderInvitation]:
    rows = session.execute(
        select(ProviderInvitation, Provider.id, Provider.business_id, Provider.name)
        .join(Provider, Provider.id == ProviderInvitation.provider_id)
        .where(condition)
        .order_by(ProviderInvitation.id)
        .execution_options(populate_existing=True)
    )
    return [
        OpenProviderInvitation(
            row.id,
            InvitingProvider(provider_id, business_id, name),
            row.email,
            ColleagueTerms(Role(row.role), row.last_day),
            row.made_by,
            row.expires_at,
        )
        for row, provider_id, business_id, name in rows
    ]
