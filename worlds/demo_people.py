"""The invented people of a database that was seeded earlier, with the secrets that follow from its seed."""

from __future__ import annotations

from argon2.exceptions import VerificationError
from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session, aliased

from foundation.database.tables.clients import Client
from foundation.database.tables.counties import County
from foundation.database.tables.people import Mandate, Person, RoleGrant
from foundation.database.tables.providers import Provider
from foundation.vocabulary.roles import Actor, Role
from worlds.log_ins import QUICK_HASHER, secrets_of
from worlds.world import LogIn


class OtherSeedError(Exception):
    """The people of the database were made from another seed."""


def demo_people(session: Session, seed: int) -> list[LogIn]:
    """Return the invented people in the order in which they were made; empty if there are none.

    Raises:
        OtherSeedError: The password of the first person does not follow from the seed.
    """
    number = func.coalesce(Client.number, _first_client())
    rows = session.execute(
        select(Person, RoleGrant, County.code, number, Provider.business_id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .outerjoin(County, County.id == RoleGrant.county_id)
        .outerjoin(Client, Client.id == RoleGrant.client_id)
        .outerjoin(Provider, Provider.id == RoleGrant.provider_id)
        .where(Person.is_demo)
        .order_by(Person.id, RoleGrant.id)
    ).all()
    log_ins = [_log_in(seed, *row) for row in rows]
    if rows and not _is_password(rows[0][0], log_ins[0].password):
        raise OtherSeedError
    return log_ins


def _log_in(
    seed: int, person: Person, grant: RoleGrant, county: str | None, client: str | None, provider: str | None
) -> LogIn:
    email = person.email or ""
    clients = frozenset() if grant.client_id is None else frozenset({grant.client_id})
    actor = Actor(person.id, Role(grant.role), person.name, grant.county_id, grant.provider_id, clients)
    return LogIn(actor, email, *secrets_of(seed, email), county, client, provider)


def _first_client() -> ScalarSelect[str]:
    """The number of the first client for whom the person may act."""
    represented = aliased(Client)
    return (
        select(represented.number)
        .join(Mandate, Mandate.client_id == represented.id)
        .where(Mandate.person_id == Person.id)
        .order_by(Mandate.id)
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def _is_password(person: Person, password: str) -> bool:
    try:
        return QUICK_HASHER.verify(person.password_hash or "", password)
    except VerificationError:
        return False
