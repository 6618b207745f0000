"""Who acts at the command line: a person by log-in, in one of the roles that the step needs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.people import Person, RoleGrant
from foundation.vocabulary.roles import Actor, Role


def actor_named(session: Session, log_in: str, roles: Collection[Role], day: date) -> Actor | None:
    """The person with this log-in in the first of these roles that they hold on the day, or None."""
    row = session.execute(
        select(Person.id, RoleGrant.role, Person.name, RoleGrant.county_id, RoleGrant.provider_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(
            Person.email == log_in,
            RoleGrant.role.in_([role.value for role in roles]),
            RoleGrant.valid.contains(day),
        )
        .order_by(RoleGrant.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Actor(row.id, Role(row.role), row.name, row.county_id, row.provider_id)
