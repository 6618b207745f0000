"""People with a role, as actors."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables import people
from foundation.vocabulary.roles import Actor, Role
from tests.builders.county import numbers


def a_person(
    session: Session,
    role: Role,
    *,
    name: str = "Testi Henkilö",
    county_id: int | None = None,
    provider_id: int | None = None,
    client_id: int | None = None,
) -> Actor:
    """Add a person with one role; return it as the actor of actions."""
    person = people.Person(name=name, email=f"person{next(numbers)}@example.invalid")
    session.add(person)
    session.flush()
    session.add(
        people.RoleGrant(
            person_id=person.id,
            role=role,
            county_id=county_id,
            provider_id=provider_id,
            client_id=client_id,
            valid=days(date(2020, 1, 1), None),
        )
    )
    session.flush()
    client_ids = frozenset() if client_id is None else frozenset({client_id})
    return Actor(person.id, role, name, county_id, provider_id, client_ids)
