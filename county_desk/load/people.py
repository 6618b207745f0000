"""The people of a county with their roles, and open invitations to roles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from county_desk.rules.people import RoleTerms
from foundation.database.columns import days, first_and_last
from foundation.database.tables.counties import County
from foundation.database.tables.open_id import ExternalIdentity
from foundation.database.tables.people import Person, RoleGrant
from foundation.database.tables.role_invitations import RoleInvitation
from foundation.vocabulary.money import Money
from foundation.vocabulary.roles import COUNTY_ROLES, Role

_Replaced = aliased(Person)


@dataclass(frozen=True, slots=True)
class InvitingCounty:
    """The county that invites."""

    id: int
    code: str
    name_fi: str
    name_sv: str


@dataclass(frozen=True, slots=True)
class CountyPerson:
    """A person with a role of the county that is in force, or will be."""

    role_grant_id: int
    person_id: int
    name: str
    email: str | None
    terms: RoleTerms
    substitute_for: str | None


@dataclass(frozen=True, slots=True)
class OpenRoleInvitation:
    """An invitation whose link still works. `made_by` is None if the operator of the machine invited."""

    id: int
    county: InvitingCounty
    email: str
    terms: RoleTerms
    substitute_id: int | None
    made_by: int | None
    expires_at: datetime


def inviting_county(session: Session, county_id: int) -> InvitingCounty | None:
    """Return the county with an id; None if there is none."""
    row = session.execute(
        select(County.id, County.code, County.name_fi, County.name_sv).where(County.id == county_id)
    ).one_or_none()
    return None if row is None else InvitingCounty(*row)


def people_of_county(session: Session, county_id: int, day: date) -> list[CountyPerson]:
    """Return the county's people by name, with each role that is in force on the day or later."""
    return [_person(row) for row in session.execute(_people(county_id, day))]


def person_of_county(
    session: Session, county_id: int, role_grant_id: int, day: date, *, lock: bool = False
) -> CountyPerson | None:
    """Return the person with a role of the county by its id; None if it has ended or is another county's."""
    if lock:
        session.execute(select(RoleGrant.id).where(RoleGrant.id == role_grant_id).with_for_update())
    row = session.execute(_people(county_id, day).where(RoleGrant.id == role_grant_id)).one_or_none()
    return None if row is None else _person(row)


def _people(county_id: int, day: date) -> Select[*tuple[Any, ...]]:
    return (
        select(RoleGrant, Person.name, Person.email, _Replaced.name.label("substitute_for"))
        .join(Person, Person.id == RoleGrant.person_id)
        .outerjoin(_Replaced, _Replaced.id == RoleGrant.substitute_for)
        .where(RoleGrant.county_id == county_id, RoleGrant.role.in_(COUNTY_ROLES), _lasts(day))
        .order_by(Person.name, RoleGrant.id)
        .execution_options(populate_existing=True)
    )


def _lasts(day: date) -> ColumnElement[bool]:
    after = func.upper(RoleGrant.valid)
    return ~func.isempty(RoleGrant.valid) & (after.is_(None) | (after > day))


def _person(row: Row[*tuple[Any, ...]]) -> CountyPerson:
    grant = row.RoleGrant
    first, last = first_and_last(grant.valid)
    terms = RoleTerms(Role(grant.role), first, last, _money(grant.granting_limit_cents))
    return CountyPerson(grant.id, grant.person_id, row.name, row.email, terms, row.substitute_for)


def _money(cents: int | None) -> Money | None:
    return None if cents is None else Money(cents)


def open_role_invitations(session: Session, county_id: int, now: datetime) -> list[OpenRoleInvitation]:
    """Return the county's invitations whose links still work, the oldest first."""
    return _invitations(session, (RoleInvitation.county_id == county_id) & _is_open(now))


def role_invitation_with_digest(
    session: Session, digest: str, now: datetime, *, lock: bool = False
) -> OpenRoleInvitation | None:
    """Return the open invitation with the SHA-256 of a code; None if there is none."""
    condition = (RoleInvitation.code_sha256 == digest) & _is_open(now)
    if lock:
        session.execute(select(RoleInvitation.id).where(condition).with_for_update())
    found = _invitations(session, condition)
    return found[0] if found else None


def _is_open(now: datetime) -> ColumnElement[bool]:
    used = RoleInvitation.accepted_at.is_not(None) | RoleInvitation.withdrawn_at.is_not(None)
    return ~used & (RoleInvitation.expires_at > now)


def _invitations(session: Session, condition: ColumnElement[bool]) -> list[OpenRoleInvitation]:
    rows = session.execute(
        select(RoleInvitation, County.id, County.code, County.name_fi, County.name_sv, Person.email)
        .join(County, County.id == RoleInvitation.county_id)
        .outerjoin(Person, Person.id == RoleInvitation.substitute_for)
        .where(condition)
        .order_by(RoleInvitation.id)
        .execution_options(populate_existing=True)
    )
    return [
        _invitation(row, InvitingCounty(county_id, code, name_fi, name_sv), replaced)
        for row, county_id, code, name_fi, name_sv, replaced in rows
    ]


def _invitation(row: RoleInvitation, county: InvitingCounty, replaced: str | None) -> OpenRoleInvitation:
    limit = _money(row.granting_limit_cents)
    return OpenRoleInvitation(
        id=row.id,
        county=county,
        email=row.email,
        terms=RoleTerms(Role(row.role), row.first_day, row.last_day, limit, replaced),
        substitute_id=row.substitute_for,
        made_by=row.made_by,
        expires_at=row.expires_at,
    )


def is_identity_known(session: Session, issuer: str, subject: str) -> bool:
    """Return whether somebody logs in as this subject of an issuer."""
    known = (ExternalIdentity.issuer == issuer) & (ExternalIdentity.subject == subject)
    return bool(session.scalar(select(exists().where(known))))


def holds_role(session: Session, county_id: int, person_id: int, terms: RoleTerms) -> bool:
    """Return whether the person has the role in the county on some of the days."""
    held = (
        (RoleGrant.county_id == county_id)
        & (RoleGrant.person_id == person_id)
        & (RoleGrant.role == terms.role)
        & RoleGrant.valid.overlaps(days(terms.first_day, terms.last_day))
    )
    return bool(session.scalar(select(exists().where(held))))


def person_in_role(
    session: Session, county_id: int, email: str, roles: Collection[Role], day: date
) -> int | None:
    """Return the id of the county's person with this address and a role in force; None if there is none."""
    found = (person for person in people_of_county(session, county_id, day) if person.email is not None)
    ids = [
        person.person_id
        for person in found
        if (person.email or "").lower() == email and person.terms.role in roles
    ]
    return ids[0] if ids else None
