"""The small world, for tests: two counties, twelve providers, thirty clients, every case of the rulebook."""

from __future__ import annotations

from foundation.vocabulary.dates import DateWindow
from worlds.clients import ClientPlan, WrittenClient, write_client, write_mandate
from worlds.grants import Granting
from worlds.municipalities import SOUTH_KARELIA, SOUTH_SAVO, write_county, write_time_classes
from worlds.services import write_services, write_values
from worlds.small_grants import SmallGrants
from worlds.small_providers import SINCE_DAYS, write_small_providers
from worlds.staff import write_staff
from worlds.visit_workers import write_visit_workers
from worlds.world import World

LATE_DAYS = {SOUTH_SAVO.id: 60, SOUTH_KARELIA.id: 30}
PLENTY_PERCENT = 10_000
"""The percentage of the appropriations that each county has: programs may grant as much as they like."""
VISIT_WORKERS = 2
CLIENTS_12, CLIENTS_11 = 20, 10
DIED, MOVED, ABSENT, PROTECTED = 15, 16, 17, 4
LANGUAGES = {2: "sv", 3: "fi-x-selko", 6: "en", 9: "fi-x-selko"}


def write_small(world: World) -> None:
    """Write the world."""
    write_time_classes(world.session)
    write_services(world.session)
    for county in (SOUTH_SAVO, SOUTH_KARELIA):
        write_county(world.session, county, LATE_DAYS[county.id], appropriation_percent=PLENTY_PERCENT)
        classes = frozenset(time_class for *_, time_class in county.hours) | {"any"}
        write_values(world.session, county.id, classes, world.day(-SINCE_DAYS))
        write_staff(world, county)
    world.on_progress("providers …")
    providers = dict(enumerate(write_small_providers(world), start=1))
    clients = _clients(world)
    world.on_progress("decisions and choices …")
    granting = Granting(world, clients, providers)
    for plan in SmallGrants(world).all():
        granting.write(plan)
    write_visit_workers(world, VISIT_WORKERS)


def _clients(world: World) -> list[WrittenClient]:
    clients = []
    for index in range(1, CLIENTS_12 + CLIENTS_11 + 1):
        county = SOUTH_SAVO if index <= CLIENTS_12 else SOUTH_KARELIA
        clients.append(write_client(world, county, _client(world, index)))
    write_mandate(world, clients[0], "support_person", world.day(200))
    write_mandate(world, clients[4], "guardian", world.day(700))
    write_mandate(world, clients[20], "guardian", world.day(300))
    return clients


def _client(world: World, index: int) -> ClientPlan:
    ended = {DIED: (world.day(-10), "died"), MOVED: (world.day(-25), "moved")}
    away = DateWindow(world.day(-14), world.day(-8))
    return ClientPlan(
        number=f"C-{index:06d}",
        language=LANGUAGES.get(index, "fi"),
        protected_address=index == PROTECTED,
        ended=ended.get(index),
        absences=(away,) if index == ABSENT else (),
    )
