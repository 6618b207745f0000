"""Invented clients, and the people who act for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from foundation.database.columns import days
from foundation.database.tables.clients import Client, ClientAbsence
from foundation.database.tables.people import Mandate
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.roles import Actor, Role
from worlds.log_ins import Scope, write_log_in
from worlds.municipalities import CountyPlan, Place
from worlds.world import World

SPREAD_DEGREES = 0.06
"""The greatest distance of a client's home from the centre of the municipality: about six kilometres."""


@dataclass(frozen=True, slots=True)
class ClientPlan:
    """A client to be written; `ended` is the last day and the reason (`died`, `moved`)."""

    number: str
    language: str = "fi"
    protected_address: bool = False
    ended: tuple[date, str] | None = None
    absences: tuple[DateWindow, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class WrittenClient:
    """A stored client, and the person who logs in as the client."""

    id: int
    number: str
    name: str
    county: CountyPlan
    municipality: Place
    language: str
    ended_on: date | None
    actor: Actor


def write_client(world: World, county: CountyPlan, plan: ClientPlan) -> WrittenClient:
    """Write a client in one of the county's municipalities, with a log-in."""
    place = world.random.choice(county.places)
    name = world.names.next()
    shift = [world.random.uniform(-SPREAD_DEGREES, SPREAD_DEGREES) for _ in range(2)]
    client = Client(
        county_id=county.id,
        number=plan.number,
        name=name,
        municipality_code=place.code,
        latitude=None if plan.protected_address else round(place.latitude + shift[0], 4),
        longitude=None if plan.protected_address else round(place.longitude + shift[1], 4),
        language=plan.language,
        protected_address=plan.protected_address,
        ended_on=plan.ended[0] if plan.ended else None,
        ended_reason=plan.ended[1] if plan.ended else None,
    )
    world.session.add(client)
    world.session.flush()
    world.session.add_all(
        ClientAbsence(client_id=client.id, away=days(away.first, away.last)) for away in plan.absences
    )
    scope = Scope(county_id=county.id, county=county.code, client_id=client.id, client=plan.number)
    log_in = write_log_in(
        world, Role.CLIENT, scope, name=name, about=plan.about or place.name_fi, language=plan.language
    )
    return WrittenClient(
        client.id, plan.number, name, county, place, plan.language, client.ended_on, log_in.actor
    )


def write_mandate(
    world: World, client: WrittenClient, kind: str, last_day: date, *, may_choose: bool = True
) -> Actor:
    """Write a support person or guardian who may act for the client until a day."""
    county = client.county
    scope = Scope(county_id=county.id, county=county.code, client_id=client.id, client=client.number)
    title = "edunvalvoja" if kind == "guardian" else "tukihenkilö"
    log_in = write_log_in(world, Role.REPRESENTATIVE, scope, about=f"{title}: {client.name}")
    world.session.add(
        Mandate(
            client_id=client.id,
            person_id=log_in.actor.person_id,
            kind=kind,
            may_see=True,
            may_propose=kind == "support_person",
            may_choose=may_choose,
            may_move=kind == "guardian",
            may_confirm=True,
            valid=days(world.day(-200), last_day),
        )
    )
    world.session.flush()
    return log_in.actor
