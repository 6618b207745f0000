"""The API keys of the people of a provider or of a county."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from foundation.database.tables.people import ApiKey, Person, RoleGrant
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import COUNTY_ROLES, Role
from marketplace.rules.key_places import KeyPlace

ENDS_SOON = timedelta(days=30)
"""How long before its last day the page warns of a key."""


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key as its owner sees it: not the key itself, only its last characters."""

    id: int
    person_id: int
    person: str
    role: Role
    label: str
    hint: str
    created_at: datetime
    scopes: tuple[KeyScope, ...] | None
    last_day: date | None
    used_on: date | None
    previous_hint: str | None
    previous_until: date | None
    email: str | None

    def has_expired(self, today: date) -> bool:
        """Return whether its last day is over."""
        return self.last_day is not None and self.last_day < today

    def ends_soon(self, today: date) -> bool:
        """Return whether its last day is near, but not over."""
        return self.last_day is not None and today <= self.last_day <= today + ENDS_SOON


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A person of the provider or the county in one of its roles."""

    role_grant_id: int
    person_id: int
    name: str
    role: Role
    email: str | None


def keys_of(session: Session, place: KeyPlace) -> list[OwnKey]:
    """Return the keys that are not revoked, newest first; also those whose last day is over."""
    rows = session.execute(
        select(
            ApiKey.id,
            ApiKey.person_id,
            Person.name,
            RoleGrant.role,
            ApiKey.label,
            ApiKey.hint,
            ApiKey.created_at,
            ApiKey.scopes,
            ApiKey.last_day,
            ApiKey.used_on,
            ApiKey.previous_hint,
            ApiKey.previous_until,
            Person.email,
        )
        .join(RoleGrant, RoleGrant.id == ApiKey.role_grant_id)
        .join(Person, Person.id == ApiKey.person_id)
        .where(_of(place), ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.id.desc())
    )
    return [
        OwnKey(*shown[:3], Role(shown[3]), *shown[4:7], _scopes(place, shown[7]), *shown[8:])  # type: ignore[call-arg]
        for shown in map(tuple, rows)
    ]


def _of(place: KeyPlace) -> ColumnElement[bool]:
    if place.county_id is None:
        return RoleGrant.provider_id == place.provider_id
    return (RoleGrant.county_id == place.county_id) & RoleGrant.role.in_(COUNTY_ROLES)


def _scopes(place: KeyPlace, stored: list[str] | None) -> tuple[KeyScope, ...] | None:
    return None if stored is None else place.in_order(stored)


def key_holders(session: Session, place: KeyPlace, *, today: date) -> list[KeyHolder]:
    """Return the people as whom a new key may act today, by role and name. A key ends with its role."""
    rows = session.execute(
        select(RoleGrant.id, Person.id, Person.name, RoleGrant.role, Person.email)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(_of(place), RoleGrant.valid.contains(today), RoleGrant.role.in_(place.roles))
        .order_by(RoleGrant.role, Person.name, RoleGrant.id)
    )
    return [
        KeyHolder(grant_id, person, name, Role(role), email) for grant_id, person, name, role, email in rows
    ]
