"""The values that each condition of a search can have in the address, with their texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from foundation.vocabulary.labels import COMMUNICATION, LANGUAGES
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.formats import money_text, name_text
from foundation.web.languages import _
from foundation.web.transaction import db
from marketplace.labels import ACCESS, TIMES
from marketplace.load.catalogue import MunicipalityEntry, ServiceEntry, municipalities, services

ANY: Final = "any"
"""The value of "it does not matter": a radio button must have one."""

SHOWN_LANGUAGES: Final = ("fi", "sv", "en", "ru", "fse")
STARTS: Final = {
    "7": N_("Within a week"),
    "14": N_("Within two weeks"),
    "31": N_("Within a month"),
    "62": N_("Within two months"),
}
REMOTE: Final = {"yes": N_("Remotely"), "no": N_("In person")}
COMES_HOME: Final = N_("Comes to your home")
DISTANCES_KM: Final = (5, 10, 20, 30, 50, 100)
PRICES_EUROS: Final = (10, 20, 30, 40, 50, 60, 80, 100)
"""Highest prices to narrow a search of one service by; the form takes any sum."""


def distance_limit(km: float) -> str:
    """Return a farthest distance in words."""
    return _("At most %(km)s km", km=f"{km:g}")


def price_limit(cents: int) -> str:
    """Return a highest price in words."""
    return _("At most %(sum)s", sum=money_text(cents))


def remote_text(remote: bool) -> str:
    """Return whether the help is given remotely, in words."""
    way = "yes" if remote else "no"
    return _(REMOTE[way])


def distance_texts() -> dict[str, str]:
    """Return the farthest distances that can be picked."""
    return {str(km): distance_limit(km) for km in DISTANCES_KM}


@dataclass(frozen=True, slots=True)
class Offered:
    """The services and the municipalities that a county has, or all counties have."""

    services: list[ServiceEntry]
    places: list[MunicipalityEntry]


def read_offered(county_id: int | None) -> Offered:
    """Return what a county has; without a county, what all have."""
    return Offered(services(db(), county_id), municipalities(db(), today(), county_id))


def values_of_conditions(
    offered: Offered, *, several_services: bool, measured: bool
) -> dict[str, dict[str, str]]:
    """Return the values with their texts, by the condition's name in the address.

    Args:
        offered: The services and municipalities to pick from.
        several_services: The search finds several services: their prices are per different units.
        measured: The distances are known.
    """
    named = offered.services if several_services else []
    return {
        "service": {each.code: name_text(each.name) for each in named},
        "municipality": {each.code: name_text(each.name) for each in offered.places},
        "within_km": distance_texts() if measured else {},
        "language": {code: _(LANGUAGES[code]) for code in SHOWN_LANGUAGES},
        "communication": {way: _(text) for way, text in COMMUNICATION.items()},
        "time": {time: _(text) for time, text in TIMES.items()},
        "home_visits": {"yes": _(COMES_HOME)},
        "remote": {value: _(text) for value, text in REMOTE.items()},
        "free_within_days": {days: _(text) for days, text in STARTS.items()},
        "max_price": {}
        if several_services
        else {str(euros): price_limit(euros * 100) for euros in PRICES_EUROS},
        "access": {name: _(text) for name, text in ACCESS.items()},
    }
