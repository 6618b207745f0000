"""The conditions of a search as chips that can be taken off, and narrower searches with their counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from foundation.vocabulary.labels import LANGUAGES
from foundation.web.catalogues import N_
from foundation.web.clock import today
from foundation.web.formats import name_text
from foundation.web.languages import _
from foundation.web.transaction import db
from marketplace.labels import ACCESS, TIMES
from marketplace.load.catalogue import municipalities, services
from marketplace.pages.search_form import ANY, REMOTE, SHOWN_LANGUAGES, STARTS, SearchForm, results_url
from marketplace.rules.searching import Search, Wishes, typed_filters

MOST_IN_A_GROUP = 12

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


def _in_use(form: SearchForm, wishes: Wishes) -> Iterator[tuple[str, str, str]]:
    if wishes.q:
        yield "q", wishes.q, wishes.q
    if wishes.service:
        yield "service", wishes.service, str(dict(form.service.choices).get(wishes.service, wishes.service))
    if wishes.municipality:
        names = dict(form.municipality.choices)
        yield "municipality", wishes.municipality, str(names.get(wishes.municipality, wishes.municipality))
    if wishes.language:
        yield "language", wishes.language, _(LANGUAGES.get(wishes.language, wishes.language))
    if wishes.time:
        yield "time", wishes.time, _(TIMES[wishes.time])
    if wishes.remote is not None:
        way = "yes" if wishes.remote else "no"
        yield "remote", "", _(REMOTE[way])
    if wishes.free_within_days is not None:
        yield "free_within_days", "", _(STARTS[str(wishes.free_within_days)])
    for name in wishes.access:
        yield "access", name, _(ACCESS[name])


def _without(query: Query, name: str, value: str) -> dict[str, Sequence[str]]:
    """Return the address without a condition. One's own municipality is used unless another is named."""
    left = {key: values for key, values in query.items() if key != name}
    if name == "municipality":
        left[name] = [ANY]
    if name == "access" and (others := [each for each in query.get(name, ()) if each != value]):
        left[name] = others
    return left


GROUPS = {
    "service": N_("What help do you need?"),
    "municipality": N_("Where do you need it?"),
    "language": N_("In which language?"),
    "time": N_("At what time of day?"),
    "remote": N_("Where does the help take place?"),
    "free_within_days": N_("When should it start?"),
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
            values = [*query.get(name, ()), value] if name == "access" else [value]
            found.append(Narrower(narrowing.text, results_url({**query, name: values}), count))
    return [(_(GROUPS[name]), found) for name, found in groups.items()]


def possible_narrowings(search: Search) -> Iterator[Narrowing]:
    """Return the conditions that are not in use."""
    wishes, nothing = search.wishes, Wishes()
    for name, values in _values(search).items():
        if name == "access" or getattr(wishes, name) is None:
            for value, text in values.items():
                if value not in wishes.access:
                    alone = replace(nothing, **{name: _typed(name, value)})  # type: ignore[arg-type]
                    yield Narrowing(name, value, text, alone)


def _values(search: Search) -> dict[str, dict[str, str]]:
    """Return the values of each filter with their texts."""
    several = search.wishes.only_service() is None
    return {
        "service": {each.code: name_text(each.name) for each in services(db(), search.county_id) if several},
        "municipality": {
            each.code: name_text(each.name) for each in municipalities(db(), today(), search.county_id)
        },
        "language": {code: _(LANGUAGES[code]) for code in SHOWN_LANGUAGES},
        "time": {time: _(text) for time, text in TIMES.items()},
        "remote": {value: _(text) for value, text in REMOTE.items()},
        "free_within_days": {days: _(text) for days, text in STARTS.items()},
        "access": {name: _(text) for name, text in ACCESS.items()},
    }


def _typed(name: str, value: str) -> object:
    return typed_filters({name: value})[name]
