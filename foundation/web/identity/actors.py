"""The actor of a request, read from the tables every time: a withdrawn role ends with the next request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from foundation.database.tables.people import Mandate, Person, RoleGrant
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity.key_holders import KeyHolder


@dataclass(frozen=True, slots=True)
class LogIn:
    """The contents of the session cookie: person, role grant, and the stamp that a log-out everywhere
    changes."""

    person_id: int
    role_grant_id: int
    stamp: int


def _grants(day: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            RoleGrant.id.label("role_grant_id"),
            RoleGrant.role,
            RoleGrant.county_id,
            RoleGrant.provider_id,
            RoleGrant.client_id,
            Person.id.label("person_id"),
            Person.name,
            Person.language,
            Person.session_stamp,
        )
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.valid.contains(day))
    )


def actor_of_log_in(db: Session, log_in: LogIn, day: date) -> Actor | None:
    """Return the actor of a session; None if the role has ended or the person was logged out everywhere."""
    found = db.execute(
        _grants(day).where(
            RoleGrant.id == log_in.role_grant_id,
            Person.id == log_in.person_id,
            Person.session_stamp == log_in.stamp,
        )
    ).one_or_none()
    return None if found is None else _actor(db, found, day)


def actor_of_key_holder(db: Session, holder: KeyHolder, day: date) -> Actor:
    """Return the actor that a key for programs belongs to."""
    return _actor(db, holder, day)


def _actor(db: Session, found: Row[Any] | KeyHolder, day: date) -> Actor:
    role = Role(found.role)
    clients = {found.client_id} if found.client_id is not None else set()
    if role is Role.REPRESENTATIVE:
        clients = set(clients_of_representative(db, found.person_id, day))
    return Actor(
        person_id=found.person_id,
        role=role,
        name=found.name,
        county_id=found.county_id,
        provider_id=found.provider_id,
        client_ids=frozenset(clients),
    )


def clients_of_representative(db: Session, person_id: int, day: date) -> Sequence[int]:
    """Return the clients whom a person may act for on a day."""
    return db.scalars(
        select(Mandate.client_id).where(
            Mandate.person_id == person_id, Mandate.revoked_at.is_(None), Mandate.valid.contains(day)
        )
    ).all()


def grants_of_person(db: Session, person_id: int, day: date) -> Sequence[Row[Any]]:
    """Return the roles that a person holds on a day, oldest first."""
    return db.execute(_grants(day).where(Person.id == person_id).order_by(RoleGrant.id)).all()


def demo_grants(db: Session, day: date) -> Sequence[Row[Any]]:
    """Return the demo people with each of their roles, for the log-in page of development."""
    people = _grants(day).add_columns(Person.about).where(Person.is_demo)
    return db.execute(people.order_by(Person.id, RoleGrant.id)).all()
