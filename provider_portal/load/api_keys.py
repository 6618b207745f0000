"""The API keys of a provider's people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.people import ApiKey, Person, RoleGrant
from foundation.vocabulary.roles import Actor


@dataclass(frozen=True, slots=True)
class OwnKey:
    """A key as its provider sees it: not the key itself, only its last characters."""

    id: int
    person_id: int
    person: str
    label: str
    hint: str
    created_at: datetime


def keys_of_provider(session: Session, provider_id: int) -> list[OwnKey]:
    """Return the active keys, newest first."""
    rows = session.execute(
        select(ApiKey.id, ApiKey.person_id, Person.name, ApiKey.label, ApiKey.hint, ApiKey.created_at)
        .join(RoleGrant, RoleGrant.id == ApiKey.role_grant_id)
        .join(Person, Person.id == ApiKey.person_id)
        .where(RoleGrant.provider_id == provider_id, ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.id.desc())
    )
    return [OwnKey(*row) for row in rows]


def role_grant_of(session: Session, actor: Actor, *, today: date) -> int | None:
    """Return the id of the actor's role grant; a key has that role and ends with it."""
    return session.scalar(
        select(RoleGrant.id)
        .where(
            RoleGrant.person_id == actor.person_id,
            RoleGrant.provider_id == actor.provider_id,
            RoleGrant.role == actor.role,
            RoleGrant.valid.contains(today),
        )
        .order_by(RoleGrant.id)
        .limit(1)
    )
