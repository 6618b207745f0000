"""The API keys of a provider's people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.people import ApiKey, Person, RoleGrant
from foundation.vocabulary.roles import Role


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key as its provider sees it: not the key itself, only its last characters."""

    id: int
    person_id: int
    person: str
    role: Role
    label: str
    hint: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """A person of the provider in one of its roles."""

    role_grant_id: int
    person_id: int
    name: str
    role: Role


def keys_of_provider(session: Session, provider_id: int) -> list[OwnKey]:
    """Return the active keys, newest first."""
    rows = session.execute(
        select(
            ApiKey.id,
            ApiKey.person_id,
            Person.name,
            RoleGrant.role,
            ApiKey.label,
            ApiKey.hint,
            ApiKey.created_at,
        )
        .join(RoleGrant, RoleGrant.id == ApiKey.role_grant_id)
        .join(Person, Person.id == ApiKey.person_id)
        .where(RoleGrant.provider_id == provider_id, ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.id.desc())
    )
    return [
        OwnKey(key_id, person_id, person, Role(role), label, hint, created_at)
        for key_id, person_id, person, role, label, hint, created_at in rows
    ]


def key_holders(session: Session, provider_id: int, *, today: date) -> list[KeyHolder]:
    """Return the people as whom a key may act today: billers first. A key ends with its role."""
    rows = session.execute(
        select(RoleGrant.id, Person.id, Person.name, RoleGrant.role)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.provider_id == provider_id, RoleGrant.valid.contains(today))
        .order_by(RoleGrant.role, Person.name, RoleGrant.id)
    )
    return [KeyHolder(grant_id, person_id, name, Role(role)) for grant_id, person_id, name, role in rows]
