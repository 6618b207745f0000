"""The demo world: one county on an ordinary day, for demonstrations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from foundation.vocabulary.dates import DateWindow
from worlds.client_answers import write_client_answers
from worlds.clients import ClientPlan, WrittenClient, write_client, write_mandate
from worlds.county_simulation import CountySimulation
from worlds.demo_bills import write_demo_bills
from worlds.demo_feedback import write_demo_feedback
from worlds.demo_free_times import write_demo_free_times
from worlds.demo_grants import HISTORY_DAYS, DemoGrants
from worlds.demo_providers import SINCE_DAYS, write_demo_providers
from worlds.grant_plans import DecisionPlan
from worlds.grants import Granting
from worlds.municipalities import SOUTH_SAVO, write_county, write_time_classes
from worlds.providers import WrittenProvider
from worlds.services import write_services, write_values
from worlds.staff import write_staff
from worlds.visit_workers import write_visit_workers
from worlds.visits import Routine, Visit, visits_of
from worlds.world import World

CLIENTS = 60
LATE_DAYS = 60
SMALL_COUNTY_PERCENT = 12
"""The percentage of the appropriations that the county has, so that sixty clients use nearly all of it."""

LANGUAGES = {4: "sv", 5: "fi-x-selko", 9: "fi-x-selko", 17: "sv", 23: "en", 31: "fi-x-selko", 44: "sv"}
SUPPORTED = (1, 3, 8, 15, 22, 36, 41, 58)
GUARDED = (5, 9, 31, 39, 52)
WEEKDAYS = (0, 1, 2, 3, 4, 4, 5)
NOTICED_AFTER = timedelta(days=3)
ProvidersByKey = Mapping[int | str, WrittenProvider]
"""Providers by index and by business ID."""

PROTECTED, DIED, MOVED, AWAY = (14, 38), 11, 19, (13, 24, 50)

VISIT_WORKERS = 2
"""Providers with a worker of their own."""


def write_demo(world: World) -> None:
    """Write the world."""
    write_time_classes(world.session)
    write_services(world.session)
    write_county(world.session, SOUTH_SAVO, LATE_DAYS, appropriation_percent=SMALL_COUNTY_PERCENT)
    classes = frozenset(time_class for *_, time_class in SOUTH_SAVO.hours) | {"any"}
    write_values(world.session, SOUTH_SAVO.id, classes, world.day(-SINCE_DAYS))
    write_staff(world, SOUTH_SAVO)
    world.on_progress("providers …")
    providers = write_demo_providers(world)
    clients = _clients(world)
    world.on_progress("decisions and choices …")
    routines = list(_grant(world, clients, providers))
    simulation = CountySimulation(world, SOUTH_SAVO, _visits(world, routines))
    simulation.run(world.day(-HISTORY_DAYS), world.today)
    newest = [(key, number) for day, key, number, _ in simulation.accepted if day == world.today]
    actors = {client.number: client.actor for client in clients}
    write_client_answers(world, newest, actors)
    write_demo_feedback(world, [(key, number) for _, key, number, _ in reversed(simulation.accepted)], actors)
    write_visit_workers(world, VISIT_WORKERS)
    write_demo_bills(world, SOUTH_SAVO.id)
    write_demo_free_times(world, providers)


def _clients(world: World) -> list[WrittenClient]:
    clients = [write_client(world, SOUTH_SAVO, _client(world, index)) for index in range(1, CLIENTS + 1)]
    for index in SUPPORTED:
        write_mandate(world, clients[index - 1], "support_person", world.day(60 + 5 * index))
    for index in GUARDED:
        write_mandate(world, clients[index - 1], "guardian", world.day(900))
    return clients


def _client(world: World, index: int) -> ClientPlan:
    ended = {DIED: (world.day(-14), "died"), MOVED: (world.day(-30), "moved")}
    away = DateWindow(world.day(-30 - index), world.day(-24 - index))
    return ClientPlan(
        number=f"C-{index:06d}",
        language=LANGUAGES.get(index, "fi"),
        protected_address=index in PROTECTED,
        ended=ended.get(index),
        absences=(away,) if index in AWAY else (),
    )


def _grant(world: World, clients: list[WrittenClient], providers: list[WrittenProvider]) -> Iterator[Routine]:
    by_index = {provider.plan.index: provider for provider in providers}
    providers_by_key: dict[int | str, WrittenProvider] = {
        provider.business_id: provider for provider in providers
    }
    providers_by_key |= {provider.plan.index: provider for provider in providers}
    granting = Granting(world, clients, by_index)
    plans = DemoGrants(world, clients, providers)
    for index in range(1, CLIENTS + 1):
        plan = plans.of_client(index)
        vouchers = granting.write(plan)
        yield from _routines(world, plan, vouchers, clients[index - 1], providers_by_key)


def _routines(
    world: World,
    plan: DecisionPlan,
    vouchers: Mapping[str, str],
    client: WrittenClient,
    providers_by_key: ProvidersByKey,
) -> Iterator[Routine]:
    """Yield the routine that each funding pays for; it stops soon after the funding or the client ends."""
    random = world.random
    for funding in plan.fundings:
        if funding.weekly is None:
            continue
        decided = funding.decided
        choice = funding.choices[0] if funding.choices else None
        provider = providers_by_key[choice.provider if choice else decided.provider or ""]
        first = choice.starts_on if choice else decided.window.first
        ends = [decided.window.last, *(day for _, day in funding.states)]
        if client.ended_on:
            ends.append(client.ended_on)
        worker, weekday, hour = world.names.next(), random.choice(WEEKDAYS), random.randint(8, 13)
        if choice and choice.timed:
            weekday, hour = 0, choice.timed[0].start_minute // 60
        yield Routine(
            voucher=vouchers[decided.external_id],
            client=client.number,
            provider=provider,
            service=decided.services[0],
            weekly=funding.weekly,
            window=DateWindow(max(first, world.day(-HISTORY_DAYS)), min(ends) + NOTICED_AFTER),
            worker=worker,
            weekday=weekday,
            hour=hour,
        )


def _visits(world: World, routines: list[Routine]) -> Iterator[Visit]:
    for routine in routines:
        yield from visits_of(routine, world.day(-1), world.random)
