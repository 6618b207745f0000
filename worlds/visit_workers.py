"""Workers of providers, each with the visits of some clients."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.choices import Choice
from foundation.database.tables.people import RoleGrant
from foundation.database.tables.providers import Provider
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from provider_portal.actions.assign_visits import assign_visits
from provider_portal.load.visit_workers import live_choices
from worlds.grants import SeedError
from worlds.log_ins import Scope, write_log_in
from worlds.world import World

CLIENTS_EACH = 3


def write_visit_workers(world: World, count: int) -> None:
    """Write a worker for each of the providers that most clients have chosen.

    They come last, so that the other people of a world keep their names.
    """
    chosen = select(Choice.provider_id).where(Choice.ended_at.is_(None)).group_by(Choice.provider_id)
    busiest = chosen.order_by(func.count().desc(), Choice.provider_id).limit(count)
    for provider_id in world.session.scalars(busiest).all():
        _write_worker(world, world.session.get_one(Provider, provider_id))


def _write_worker(world: World, provider: Provider) -> None:
    session, now = world.session, world.at(world.today)
    scope = Scope(provider_id=provider.id, provider=provider.business_id)
    log_in = write_log_in(world, Role.PROVIDER_WORKER, scope, about=provider.name)
    of_person = RoleGrant.person_id == log_in.actor.person_id
    role_grant_id = session.scalars(select(RoleGrant.id).where(of_person)).one()
    choices = [choice.id for choice in live_choices(session, provider.id, world.today)][:CLIENTS_EACH]
    owner = _owner(session, provider.id)
    refusal = assign_visits(session, provider.id, role_grant_id, choices, actor=owner, now=now)
    if isinstance(refusal, Refusal):
        raise SeedError(f"worker of {provider.name}: {refusal.code}")


def _owner(session: Session, provider_id: int) -> Actor:
    role = (RoleGrant.provider_id == provider_id) & (RoleGrant.role == Role.PROVIDER_OWNER)
    person_id = session.scalars(select(RoleGrant.person_id).where(role)).first()
    return Actor(person_id, Role.PROVIDER_OWNER, "", provider_id=provider_id)
