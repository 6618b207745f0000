"""The shape of a search: what decides its statement, apart from the values.

A statement is built once for each shape, and its values are given by name when it is executed. A builder sees
the shape alone, so no value of one search can be in the statement of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import BindParameter, Date, Float, Text, bindparam
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from foundation.database.columns import any_of_parameter
from marketplace.rules.distance import Place, box_around
from marketplace.rules.ranking import Sort
from marketplace.rules.searching import CLASSES_OF_TIME, Search, Wishes

Values = dict[str, Any]
"""The values of a search by the names of its parameters."""

MOST_KEPT = 128
"""So many statements of searches are kept in memory, of each kind."""

DAY: BindParameter[Any] = bindparam("day", type_=Date)
LATITUDE: BindParameter[Any] = bindparam("latitude", type_=Float)
LONGITUDE: BindParameter[Any] = bindparam("longitude", type_=Float)
NAMED_PROVIDERS = any_of_parameter("named_providers")
_TYPES: dict[str, Any] = {
    "language": ARRAY(Text),
    "municipality_served": ARRAY(Text),
    "communication": ARRAY(Text),
    "access": JSONB,
    "free_by": Date,
    "within_km": Float,
}


@dataclass(frozen=True, slots=True)
class WishShape:
    """Which conditions the wishes have. The names of their values begin with `prefix`."""

    conditions: frozenset[str]
    time_classes: tuple[str, ...]
    remote: bool | None
    home_visits: bool | None
    prefix: str

    def __contains__(self, name: str) -> bool:
        """Return whether there is a condition of this name."""
        return name in self.conditions

    @property
    def is_within(self) -> bool:
        """Return whether there is a distance, with the place that it is measured from."""
        return "near" in self and "within_km" in self

    def value(self, name: str) -> BindParameter[Any]:
        """Return the parameter of a value; its type is that of the column that it is compared with."""
        return bindparam(f"{self.prefix}{name}", type_=_TYPES.get(name))


@dataclass(frozen=True, slots=True)
class SearchShape:
    """The shape of a search.

    `meant` is how many services the words mean, `names` how many words are left, and `purse` the time classes
    of each service that a voucher pays for.
    """

    wishes: WishShape
    sort: Sort
    time_class: str | None
    in_county: bool
    in_services: bool
    meant: int
    names: int
    has_named_providers: bool
    purse: tuple[tuple[str, ...], ...] | None

    @property
    def preferred_classes(self) -> tuple[str, ...]:
        """The order of time classes for the shown price: of the requested time, then the usual one."""
        return (*self.wishes.time_classes, *([] if self.time_class is None else [self.time_class]))


def shape_of(search: Search, named_providers: Sequence[int]) -> SearchShape:
    """Return the shape of a search; `named_providers` have all of its words in their names."""
    purse, meaning = search.purse, search.wishes.meaning
    return SearchShape(
        wishes=wish_shape(search.wishes),
        sort=search.sort,
        time_class=search.time_class,
        in_county=search.county_id is not None,
        in_services=bool(search.services),
        meant=len(meaning.services),
        names=len(meaning.names),
        has_named_providers=bool(named_providers),
        purse=None if purse is None else tuple(tuple(by_class) for by_class in purse.values.values()),
    )


def wish_shape(wishes: Wishes, prefix: str = "") -> WishShape:
    """Return the shape of wishes."""
    used = frozenset(
        name for name, value in wishes.as_conditions().items() if name != "meaning" and _is_set(value)
    )
    return WishShape(
        used, CLASSES_OF_TIME.get(wishes.time or "", ()), wishes.remote, wishes.home_visits, prefix
    )


def _is_set(value: object) -> bool:
    return value is not None and value not in ("", ())


def search_values(search: Search, named_providers: Sequence[int]) -> Values:
    """Return the values of a search by name."""
    meaning, purse = search.wishes.meaning, search.purse
    values: Values = {
        "day": search.day,
        "county": search.county_id,
        "services": list(search.services),
        "meant": list(meaning.services),
        "named_providers": list(named_providers),
        **place_values(search.wishes.near, search.wishes.within_km),
        **wish_values(search.wishes, search),
    }
    for number, (code, score) in enumerate(meaning.services.items()):
        values |= {f"meant_{number}": code, f"score_{number}": score}
    for number, name in enumerate(meaning.names):
        values[f"name_{number}"] = beginning(name)
    for number, (code, by_class) in enumerate(() if purse is None else purse.values.items()):
        values[f"paid_{number}"] = code
        values |= {f"paid_{number}_{name}": cents for name, cents in by_class.items()}
    return values


def beginning(word: str) -> str:
    """Return the text query of words that begin with this one."""
    return f"{word}:*"


def place_values(near: Place | None, within_km: float | None) -> Values:
    """Return the place that distances are measured from, and the box around it."""
    if near is None:
        return {}
    values: Values = {"latitude": near.latitude, "longitude": near.longitude}
    if within_km is not None:
        box = box_around(near, within_km)
        values |= {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
    return values


def wish_values(wishes: Wishes, search: Search, prefix: str = "") -> Values:
    """Return the values of wishes by name."""
    days = wishes.free_within_days
    values: Values = {
        "service": wishes.service,
        "municipality": wishes.municipality,
        "municipality_served": [wishes.municipality],
        "within_km": wishes.within_km,
        "language": [wishes.language],
        "communication": list(wishes.communication),
        "free_by": None if days is None else search.day + timedelta(days=days),
        "max_price": wishes.max_price,
        "access": dict.fromkeys(wishes.access, True),
    }
    return {f"{prefix}{name}": value for name, value in values.items()} if prefix else values
