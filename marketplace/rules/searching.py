"""What can be asked of the catalogue, as one value. PostgreSQL answers it (marketplace/load/search.py)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from types import MappingProxyType

from clearing.grants.facts.funding import ANY_CLASS, ByClass
from foundation.vocabulary.money import Money
from marketplace.rules.distance import Place
from marketplace.rules.ranking import Sort
from marketplace.rules.understanding import NOTHING_UNDERSTOOD, Understood, understand
from marketplace.rules.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Wishes:
    """The client's conditions; None or empty: it does not matter. The names are those of the API.

    `meaning` is what the words of `q` mean: `understood` sets it.
    """

    q: str = ""
    service: str | None = None
    municipality: str | None = None
    near: Place | None = None
    within_km: float | None = None
    language: str | None = None
    remote: bool | None = None
    home_visits: bool | None = None
    communication: tuple[str, ...] = ()
    free_within_days: int | None = None
    max_price: Money | None = None
    access: tuple[str, ...] = ()
    time: str | None = None
    meaning: Understood = NOTHING_UNDERSTOOD

    def as_conditions(self) -> Mapping[str, object]:
        """The conditions by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def without(self, name: str, empty: object = None) -> Wishes:
        """The same without one condition."""
        wishes: Wishes = replace(self, **{name: empty})  # type: ignore[arg-type]
        return replace(wishes, meaning=NOTHING_UNDERSTOOD) if name == "q" else wishes

    def understood(self, vocabulary: Vocabulary) -> Wishes:
        """The same with the meaning of `q`; words that are filters fill the conditions that are not set."""
        if not self.q:
            return self
        meaning = understand(self.q, vocabulary)
        filled = {
            name: value
            for name, value in typed_filters(meaning.filters).items()
            if getattr(self, name) in (None, ())
        }
        return replace(self, meaning=meaning, **filled)  # type: ignore[arg-type]

    def only_service(self) -> str | None:
        """Return the one service that is searched for: its prices can be compared; None if there are more."""
        if self.service is not None or len(self.meaning.services) != 1:
            return self.service
        return next(iter(self.meaning.services))


def typed_filters(filters: Mapping[str, str]) -> dict[str, object]:
    """Return understood filters as values of `Wishes`."""
    read: dict[str, Callable[[str], object]] = {
        "remote": lambda value: value == "yes",
        "home_visits": lambda value: value == "yes",
        "communication": lambda value: (value,),
        "within_km": float,
        "max_price": lambda value: Money(int(value) * 100),
        "access": lambda value: (value,),
        "free_within_days": int,
    }
    return {name: read[name](value) if name in read else value for name, value in filters.items()}


CLASSES_OF_TIME: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "evening": ("evening", "saturday_evening"),
        "night": ("night",),
        "weekend": ("saturday", "sunday_or_holiday", "saturday_evening"),
    }
)
"""The time classes of the times that can be searched for; the price shown is of the first that there is."""


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


def class_of_time(time: str | None) -> str | None:
    """Return the time class whose values and prices count for a time of the search; None for any time."""
    return next(iter(CLASSES_OF_TIME.get(time or "", ())), None)
