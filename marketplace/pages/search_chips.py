"""The conditions of a search as chips that can be taken off, and narrower searches with their counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from foundation.vocabulary.labels import COMMUNICATION, LANGUAGES
from foundation.web.catalogues import N_
from foundation.web.languages import _
from marketplace.labels import ACCESS, TIMES
from marketplace.pages.search_form import SearchForm, results_url
from marketplace.pages.search_values import (
    ANY,
    COMES_HOME,
    STARTS,
    Offered,
    distance_limit,
    price_limit,
    remote_text,
    values_of_conditions,
)
from marketplace.rules.relaxing import NO_CONDITION
from marketplace.rules.searching import Search, Wishes, typed_filters

MOST_IN_A_GROUP = 12

SEVERAL = ("access", "communication")
"""The conditions that can have several values at a time."""

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A further condition: its name and value in the address, its text, and the wish alone."""

    name: str
    value: str
    text: str
    alone: Wishes


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in words, and the address of the search without it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Narrower:
    """A search with one more condition: its text, address and count."""

    text: str
    url: str
    count: int


def chips_of(form: SearchForm, wishes: Wishes, query: Query) -> list[Chip]:
    """Return the conditions in use, in the order of the questions."""
    return [
        Chip(text, results_url(_without(query, name, value))) for name, value, text in _in_use(form, wishes)
    ]


TEXTS: dict[str, Callable[[Any], str]] = {
    "q": str,
    "service": str,
    "municipality": str,
    "within_km": distance_limit,
    "language": lambda code: _(LANGUAGES.get(code, code)),
    "communication": lambda way: _(COMMUNICATION[way]),
    "time": lambda time: _(TIMES[time]),
    "home_visits": lambda _yes: _(COMES_HOME),
    "remote": remote_text,
    "free_within_days": lambda days: _(STARTS[str(days)]),
    "max_price": price_limit,
    "access": lambda name: _(ACCESS[name]),
}
"""The words for a value of each condition, in the order of the questions."""


def _in_use(form: SearchForm, wishes: Wishes) -> Iterator[tuple[str, str, str]]:
    named = {"service": dict(form.service.choices), "municipality": dict(form.municipality.choices)}
    for name, text_of in TEXTS.items():
        value = getattr(wishes, name)
        if value not in NO_CONDITION:
            for each in value if name in SEVERAL else (value,):
                yield name, str(each), str(named.get(name, {}).get(each) or text_of(each))


def _without(query: Query, name: str, value: str) -> dict[str, Sequence[str]]:
    """Return the address without a condition. One's own municipality is used unless another is named."""
    left = {key: values for key, values in query.items() if key != name}
    if name == "municipality":
        left[name] = [ANY]
    if name in SEVERAL and (others := [each for each in query.get(name, ()) if each != value]):
        left[name] = others
    return left


GROUPS = {
    "service": N_("What help do you need?"),
    "municipality": N_("Where do you need it?"),
    "within_km": N_("How far may the place be?"),
    "language": N_("In which language?"),
    "communication": N_("How do you communicate?"),
    "time": N_("At what time of day?"),
    "home_visits": N_("Help must come to your home"),
    "remote": N_("Where does the help take place?"),
    "free_within_days": N_("When should it start?"),
    "max_price": N_("What may one unit cost at most?"),
    "access": N_("What must the place have?"),
}
"""The questions of the form."""


def narrower_searches(
    possible: Sequence[Narrowing], counts: Sequence[int], query: Query
) -> list[tuple[str, list[Narrower]]]:
    """Return each filter that is not in use, with the searches that find something."""
    groups: dict[str, list[Narrower]] = {}
    for narrowing, count in zip(possible, counts, strict=True):
        name, value = narrowing.name, narrowing.value
        if count and len(found := groups.setdefault(name, [])) < MOST_IN_A_GROUP:
            values = [*query.get(name, ()), value] if name in SEVERAL else [value]
            found.append(Narrower(narrowing.text, results_url({**query, name: values}), count))
    return [(_(GROUPS[name]), found) for name, found in groups.items()]


def possible_narrowings(search: Search, offered: Offered) -> Iterator[Narrowing]:
    """Return the conditions that are not in use."""
    wishes = search.wishes
    values = values_of_conditions(
        offered,
        several_services=wishes.only_service() is None,
        measured=wishes.near is not None,
    )
    for name, texts in values.items():
        if name in SEVERAL or getattr(wishes, name) is None:
            for value, text in texts.items():
                if name not in SEVERAL or value not in getattr(wishes, name):
                    yield Narrowing(name, value, text, _alone(search, name, value))


def _alone(search: Search, name: str, value: str) -> Wishes:
    """Return the condition alone; a distance with the place that it is measured from."""
    near = search.wishes.near if name == "within_km" else None
    return replace(Wishes(near=near), **{name: typed_filters({name: value})[name]})  # type: ignore[arg-type]
