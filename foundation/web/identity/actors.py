"""The actor of a request, read from the tables every time: a withdrawn role ends with the next request."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Row, Select, func, select
from sqlalchemy.orm import Session

from foundation.database.row_context import RowContext, set_context
from foundation.database.tables.counties import County
from foundation.database.tables.mandates import MandateFunding
from foundation.database.tables.people import Mandate, Person, RoleGrant
from foundation.database.tables.providers import Provider
from foundation.database.tables.visit_workers import VisitWorker
from foundation.vocabulary.roles import Actor, Role
from foundation.web.identity.key_holders import KeyHolder


def grants_on(day: date | BindParameter[date]) -> Select[*tuple[Any, ...]]:
    """Return the query for the roles in force on a day, with their people."""
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
        )
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.valid.contains(day))
    )


def actor_of_grant(db: Session, found: Row[Any] | KeyHolder, day: date) -> Actor:
    """Return the actor of a row of `grants_on`, or the one that a key for programs belongs to."""
    role = Role(found.role)
    clients = {found.client_id} if found.client_id is not None else set()
    limits: dict[int, frozenset[int]] = {}
    if role is Role.REPRESENTATIVE:
        set_context(db, RowContext(person_id=found.person_id))  # shows the person's own mandates
        clients, limits = clients_of_representative(db, found.person_id, day)
    choices: set[int] = set()
    if role is Role.PROVIDER_WORKER:
        set_context(db, RowContext(person_id=found.person_id))
        choices = choices_of_worker(db, found.person_id, found.provider_id, day)
    return Actor(
        person_id=found.person_id,
        role=role,
        name=found.name,
        county_id=found.county_id,
        provider_id=found.provider_id,
        client_ids=frozenset(clients),
        only_fundings=tuple(limits.items()),
        choice_ids=frozenset(choices),
    )


def actor_in_role(db: Session, role_grant_id: int, day: date) -> Actor | None:
    """Return the actor of a role; None if it is not in force on the day."""
    found = db.execute(grants_on(day).where(RoleGrant.id == role_grant_id)).one_or_none()
    return None if found is None else actor_of_grant(db, found, day)


def choices_of_worker(db: Session, person_id: int, provider_id: int | None, day: date) -> set[int]:
    """Return the choices whose visits a worker of a provider does on a day."""
    query = (
        select(VisitWorker.choice_id)
        .join(RoleGrant, RoleGrant.id == VisitWorker.role_grant_id)
        .where(VisitWorker.ended_at.is_(None), RoleGrant.valid.contains(day))
        .where(RoleGrant.person_id == person_id, RoleGrant.provider_id == provider_id)
    )
    return set(db.scalars(query))


def clients_of_representative(
    db: Session, person_id: int, day: date
) -> tuple[set[int], dict[int, frozenset[int]]]:
    """Return the clients whose data a person may see on a day, and the fundings of the limited mandates.

    No other right comes without that to see.
    """
    fundings = (
        select(func.array_agg(MandateFunding.funding_id))
        .where(MandateFunding.mandate_id == Mandate.id)
        .correlate(Mandate)
        .scalar_subquery()
    )
    rows = db.execute(
        select(Mandate.client_id, Mandate.all_fundings, fundings).where(
            Mandate.person_id == person_id,
            Mandate.revoked_at.is_(None),
            Mandate.valid.contains(day),
            Mandate.may_see,
        )
    ).all()
    limited = {client: frozenset(ids or ()) for client, is_for_all, ids in rows if not is_for_all}
    return {client for client, _all, _ids in rows}, limited


def grants_of_person(db: Session, person_id: int, day: date) -> Sequence[Row[Any]]:
    """Return the roles that a person holds on a day, oldest first, with the names of provider and county."""
    names = (Provider.name.label("provider"), County.name_fi, County.name_sv)
    query = grants_on(day).add_columns(*names)
    query = query.outerjoin(Provider, Provider.id == RoleGrant.provider_id)
    query = query.outerjoin(County, County.id == RoleGrant.county_id)
    return db.execute(query.where(Person.id == person_id).order_by(RoleGrant.id)).all()


def demo_grants(db: Session, day: date) -> Sequence[Row[Any]]:
    """Return the demo people with each of their roles, for the log-in page of development."""
    people = grants_on(day).add_columns(Person.about).where(Person.is_demo)
    return db.execute(people.order_by(Person.id, RoleGrant.id)).all()
