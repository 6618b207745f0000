"""What can be asked of the catalogue, as one value. PostgreSQL answers it (marketplace/load/search.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from types import MappingProxyType

from clearing.grants.facts.funding import ANY_CLASS, ByClass
from foundation.vocabulary.money import Money
from marketplace.rules.distance import Place
from marketplace.rules.ranking import Sort

MOST_WORDS = 8
"""Words of a search that are looked for: each is compared with every name."""


def words_of(q: str) -> list[str]:
    """Return the words to look for, each once, without those beyond the most."""
    words = "".join(character if character.isalnum() else " " for character in q).split()
    return list(dict.fromkeys(word.casefold() for word in words))[:MOST_WORDS]


@dataclass(frozen=True, slots=True)
class Wishes:
    """The client's conditions; None or empty: it does not matter. The names are those of the API."""

    q: str = ""
    service: str | None = None
    municipality: str | None = None
    near: Place | None = None
    within_km: float | None = None
    language: str | None = None
    remote: bool | None = None
    free_within_days: int | None = None
    max_price: Money | None = None
    access: tuple[str, ...] = ()

    def as_conditions(self) -> Mapping[str, object]:
        """The conditions by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def without(self, name: str, empty: object = None) -> Wishes:
        """The same without one condition."""
        return replace(self, **{name: empty})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Purse:
    """What a client's fundings pay per unit, by service code and time class, to sort by what the client pays.

    A service without values is paid up to the price.
    """

    values: Mapping[str, ByClass] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Search:
    """A search as of a day: by the prices and approvals of that day.

    `time_class` is the one whose prices are shown, None if the county's calendar has a hole there.
    """

    wishes: Wishes
    day: date
    sort: Sort
    time_class: str | None = ANY_CLASS
    county_id: int | None = None
    services: tuple[str, ...] = ()
    purse: Purse | None = None

    def with_wishes(self, wishes: Wishes) -> Search:
        """The same search with other conditions."""
        return replace(self, wishes=wishes)
