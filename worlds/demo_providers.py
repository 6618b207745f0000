"""The forty providers of the demo county."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.labels import COMMUNICATION
from worlds.check_digits import business_id
from worlds.municipalities import SOUTH_SAVO, Place
from worlds.names import COMPANY_WORDS
from worlds.providers import (
    PAPERS,
    DatedPrice,
    History,
    OfferingPlan,
    ProviderPlan,
    UnitPlan,
    WrittenProvider,
    write_provider,
)
from worlds.services import BY_CODE
from worlds.world import World

SINCE_DAYS = 760
TOWNS = ("491", "740", "593")
"""Mikkeli, Savonlinna and Pieksämäki, which have more providers than the villages."""

SUSPENDED, ENDED, PENDING, PENDING_TOO = 12, 21, 7, 33
EXPIRES_SOON, EXPIRED, UNVERIFIED = (3, 18), 29, 36
AT_HOME = frozenset(
    {"PERSONAL_ASSISTANCE", "HOME_CARE", "NIGHT_CARE", "HOUSING_SUPPORT", "MEALS", "TRANSPORT"}
)
WHOLE_COUNTY = frozenset({"TRANSPORT", "REMOTE_SUPPORT", "SIGN_LANGUAGE", "COMMUNICATION_SUPPORT"})


@dataclass(frozen=True, slots=True)
class ProviderKind:
    """A kind of provider: how many there are, and what they sell; every second one also sells `sometimes`."""

    count: int
    name: str
    services: list[str]
    sometimes: list[str]
    abouts: list[str]
    first_visit: str


_DATA = tomllib.loads(Path(__file__).with_name("demo_providers.toml").read_text(encoding="utf-8"))
STREETS: list[str] = _DATA["streets"]
_KINDS = [ProviderKind(**row) for row in _DATA["kinds"]]
KIND_OF_EACH = [kind for kind in _KINDS for _ in range(kind.count)]


def write_demo_providers(world: World, count: int = len(KIND_OF_EACH)) -> list[WrittenProvider]:
    """Write `count` providers, kind by kind; after the fortieth the kinds repeat."""
    kinds = [KIND_OF_EACH[index % len(KIND_OF_EACH)] for index in range(count)]
    return [write_provider(world, plan) for plan in _plans(world, kinds)]


def _plans(world: World, kinds: list[ProviderKind]) -> Iterator[ProviderPlan]:
    for index, kind in enumerate(kinds, start=1):
        home = _home(world, index)
        services = kind.services + (kind.sometimes if index % 2 else [])
        yield ProviderPlan(
            index=index,
            business_id=business_id(index),
            name=_name(index, kind),
            about=kind.abouts[index % len(kind.abouts)],
            first_visit=kind.first_visit,
            unit=_unit(world, home),
            papers=_papers(world, index),
            offerings=tuple(_offering(world, index, service, home, kind) for service in services),
            account_verified=index != UNVERIFIED,
        )


def _name(index: int, kind: ProviderKind) -> str:
    round_of_words, word = divmod(index - 1, len(COMPANY_WORDS))
    number = f" {round_of_words + 1}" if round_of_words else ""
    return f"{COMPANY_WORDS[word]}{number} {kind.name} {'ry' if index % 9 == 0 else 'Oy'}"


def _home(world: World, index: int) -> Place:
    towns = [place for place in SOUTH_SAVO.places if place.code in TOWNS]
    return world.random.choice(towns if index % 3 else SOUTH_SAVO.places)


def _unit(world: World, home: Place) -> UnitPlan:
    random = world.random
    measured = world.day(-random.randint(30, 500))
    access = {
        "step_free": random.random() < 0.7,
        "lift": random.random() < 0.3,
        "accessible_toilet": random.random() < 0.6,
        "parking": random.random() < 0.5,
        "hearing_loop": random.random() < 0.2,
        "door_width_cm": random.choice((80, 85, 90, 95, 100)),
        "measured_on": measured.isoformat(),
    }
    street = f"{random.choice(STREETS)} {random.randint(1, 40)}"
    near = [round(value + random.uniform(-0.02, 0.02), 4) for value in (home.latitude, home.longitude)]
    return UnitPlan(street, home.code, near[0], near[1], {} if random.random() < 0.15 else access)


def _papers(world: World, index: int) -> tuple[tuple[str, date, date | None], ...]:
    since = world.day(-SINCE_DAYS)
    ends = {EXPIRED: world.day(-9)} | {soon: world.day(12 + soon) for soon in EXPIRES_SOON}
    insured_until = ends.get(index, world.day(200 + 5 * index))
    return tuple((kind, since, insured_until if kind == "insurance" else None) for kind in PAPERS)


def _offering(world: World, index: int, service: str, home: Place, kind: ProviderKind) -> OfferingPlan:
    random = world.random
    more = [
        language for language, share in (("sv", 0.25), ("en", 0.3), ("ru", 0.1)) if random.random() < share
    ]
    signs = ["fse"] if service == "SIGN_LANGUAGE" or random.random() < 0.05 else []
    return OfferingPlan(
        service=service,
        county_id=SOUTH_SAVO.id,
        county=SOUTH_SAVO.code,
        approval=_approval(world, index),
        prices=_prices(world, index, service),
        title=BY_CODE[service].name_fi,
        about=kind.abouts[index % len(kind.abouts)],
        languages=("fi", *more, *signs),
        municipalities=() if service in WHOLE_COUNTY else _near(home, random.randint(4, 8)),
        remote=service == "REMOTE_SUPPORT",
        communication=_ways(index, service),
        home_visits=None if index % 8 == 0 else service in AT_HOME,
        free_in_days=random.randint(0, 30),
        cancel_notice_hours=random.choice((12, 24, 48)),
        cancel_share_percent=random.choice((0, 50, 100)),
    )


def _ways(index: int, service: str) -> tuple[str, ...]:
    """Return the ways of communication that a provider supports; more of them if that is its service."""
    often = 2 if service in {"COMMUNICATION_SUPPORT", "SIGN_LANGUAGE"} else 6
    return tuple(way for place, way in enumerate(COMMUNICATION) if (index + 5 * place) % often == 0)


def _near(home: Place, count: int) -> tuple[str, ...]:
    """Return the home municipality and those nearest to it."""

    def distance(place: Place) -> float:
        return (place.latitude - home.latitude) ** 2 * 4 + (place.longitude - home.longitude) ** 2

    return tuple(sorted(place.code for place in sorted(SOUTH_SAVO.places, key=distance)[:count]))


def _approval(world: World, index: int) -> History:
    applied, approved = ("pending", world.day(-SINCE_DAYS)), ("approved", world.day(-SINCE_DAYS + 40))
    if index in (PENDING, PENDING_TOO):
        return (("pending", world.day(-index // 3)),)
    if index == SUSPENDED:
        return (applied, approved, ("suspended", world.day(-11)))
    if index == ENDED:
        return (applied, approved, ("ended", world.day(-6)))
    return (applied, approved)


def _prices(world: World, index: int, service: str) -> tuple[DatedPrice, ...]:
    """Return prices near the county's value, never over it if a co-payment is not allowed."""
    plan = BY_CODE[service]
    percent = world.random.randint(94, 100) if plan.free_of_charge else world.random.randint(97, 124)
    classes = {time_class for *_, time_class in SOUTH_SAVO.hours} | {"any"}
    since, change = world.day(-SINCE_DAYS), world.day(-45 - index)
    rises = index % 4 == 0 and not plan.free_of_charge
    spans = [DateWindow(since, change), DateWindow(change + timedelta(days=1), date.max)] if rises else None
    return tuple(
        (
            time_class,
            _rounded(value * (percent + RISE_PERCENT * later) // 100),
            span.first,
            span.last if later == 0 and rises else None,
        )
        for time_class, value in plan.values.items()
        if time_class in classes
        for later, span in enumerate(spans or [DateWindow(since, date.max)])
    )


RISE_PERCENT = 3


def _rounded(cents: int) -> int:
    """Round a price of 10 € or more down to ten cents."""
    return cents // 10 * 10 if cents >= 1_000 else cents
