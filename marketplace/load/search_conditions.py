"""The conditions of a search as SQL: approval, words, place, time and the other wishes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session

from clearing.grants.facts.funding import ANY_CLASS
from foundation.database.tables.counties import Municipality, TimeClass
from foundation.database.tables.providers import ListedOffering, Offering, Provider
from foundation.database.tables.services import Service
from marketplace.load.search_shape import DAY, NAMED_PROVIDERS, SearchShape, WishShape, beginning
from marketplace.rules.understanding import Understood

MOST_NAMED = 50
"""Providers that are found by their name beside those of a service."""


def approved() -> ColumnElement[bool]:
    """Return whether the county has approved the provider for the service on the day."""
    return ListedOffering.approved.op("@>")(DAY)


def scope(shape: SearchShape) -> list[ColumnElement[bool]]:
    scope: list[ColumnElement[bool]] = []
    if shape.in_county:
        scope.append(ListedOffering.county_id == bindparam("county"))
    if shape.in_services:
        scope.append(Service.code.in_(bindparam("services", expanding=True)))
    return scope


@dataclass(frozen=True, slots=True)
class Columns:
    """What conditions read of an offering: from the tables, or from what a search has found."""

    service: Any
    county_id: Any
    municipalities: Any
    languages: Any
    remote: Any
    communication: Any
    home_visits: Any
    next_free_on: Any
    access: Any
    time_classes: Any
    price_cents: Any
    distance_km: Any

    def labelled(self, names: Collection[str] | None = None) -> list[ColumnElement[Any]]:
        """Return the columns under their names; with `names` only these."""
        return [
            getattr(self, each.name).label(each.name)
            for each in fields(self)
            if names is None or each.name in names
        ]

    @classmethod
    def of_found(cls, found: Any) -> Columns:
        """Return the columns of a statement that has them under their names."""
        return cls(**{each.name: found[each.name] for each in fields(cls)})


def wish_conditions(wishes: WishShape, of: Columns) -> list[ColumnElement[bool]]:
    """Return the conditions of the wishes, except the words."""
    found = _place_conditions(wishes, of)
    if "service" in wishes:
        found.append(of.service == wishes.value("service"))
    if "language" in wishes:
        found.append(of.languages.contains(wishes.value("language")))
    if wishes.time_classes:
        found.append(_sold_at(wishes.time_classes, of))
    if wishes.remote is not None:
        found.append(of.remote.is_(wishes.remote))
    if wishes.home_visits is not None:
        found.append(of.home_visits.is_(wishes.home_visits))
    if "communication" in wishes:
        found.append(of.communication.contains(wishes.value("communication")))
    if "free_within_days" in wishes:
        found.append(of.next_free_on <= wishes.value("free_by"))
    if "max_price" in wishes:
        found.append(of.price_cents <= wishes.value("max_price"))
    if "access" in wishes:
        found.append(of.access.contains(wishes.value("access")))
    return found


def word_conditions(shape: SearchShape) -> list[ColumnElement[bool]]:
    """Words of services find these services; the other words find titles, descriptions and providers.

    If a provider has every word in its name, it is found too. A name is found by the beginnings of its words,
    so that "mat" (food) does not find "Viittomat".
    """
    if not shape.meant:
        return [ListedOffering.offering_id.in_(_with_word(word)) for word in _names(shape)]
    found: list[ColumnElement[bool]] = [Service.code.in_(bindparam("meant", expanding=True))]
    if shape.has_named_providers:
        found.append(ListedOffering.provider_id == NAMED_PROVIDERS)
    return [or_(*found)]


def named_providers(session: Session, meaning: Understood) -> list[int]:
    """Return the ids of providers that have every word in their name, if the words mean a service."""
    if not meaning.services:
        return []
    words = [*meaning.service_words, *meaning.names]
    values = {f"name_{number}": beginning(word) for number, word in enumerate(words)}
    return list(session.scalars(_providers_by_words(len(words)), values))


@lru_cache(maxsize=32)
def _providers_by_words(count: int) -> Select[int]:
    words = (_begins_word(_NAME, _name(number)) for number in range(count))
    return select(Provider.id).where(and_(*words)).limit(MOST_NAMED)


def _names(shape: SearchShape) -> list[BindParameter[str]]:
    return [_name(number) for number in range(shape.names)]


def _name(number: int) -> BindParameter[str]:
    return bindparam(f"name_{number}", type_=Text)


_SIMPLE: ColumnElement[Any] = literal_column("'simple'::regconfig")
_TITLE = func.to_tsvector(_SIMPLE, Offering.title)
_ABOUT = func.to_tsvector(_SIMPLE, Offering.about)
_NAME = func.to_tsvector(_SIMPLE, Provider.name)


def _begins_word(texts: ColumnElement[Any], word: BindParameter[str]) -> ColumnElement[bool]:
    return texts.op("@@")(func.to_tsquery("simple", word))


def _with_word(word: BindParameter[str]) -> CompoundSelect[int]:
    """Return the ids of offerings by a word, from the three indexes of words."""
    named = select(Provider.id).where(_begins_word(_NAME, word))
    offering = select(Offering.id)
    return union(
        offering.where(_begins_word(_TITLE, word)),
        offering.where(_begins_word(_ABOUT, word)),
        offering.where(Offering.provider_id.in_(named)),
    )


def has_any_name(shape: SearchShape) -> ColumnElement[bool]:
    """Return whether a word of the provider's name or the offering's texts begins with one of the names."""
    return or_(*(_begins_word(texts, word) for word in _names(shape) for texts in (_NAME, _TITLE, _ABOUT)))


def _sold_at(codes: Sequence[str], of: Columns) -> ColumnElement[bool]:
    """The offering has a price for that time, so it is sold then."""
    ids = select(func.array_agg(TimeClass.id)).where(TimeClass.code.in_([*codes, ANY_CLASS]))
    sold: ColumnElement[bool] = of.time_classes.overlap(ids.scalar_subquery())
    return sold


def in_box(wishes: WishShape) -> list[ColumnElement[bool]]:
    """Return whether a place may be within the distance, before distances are computed."""
    if not wishes.is_within:
        return []
    return [
        ListedOffering.latitude.between(bindparam("south"), bindparam("north")),
        ListedOffering.longitude.between(bindparam("west"), bindparam("east")),
    ]


def _place_conditions(wishes: WishShape, of: Columns) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if "municipality" in wishes:
        municipality = Municipality.code == wishes.value("municipality")
        home = select(Municipality.county_id).where(municipality).scalar_subquery()
        serves = of.municipalities.contains(wishes.value("municipality_served"))
        everywhere = and_(of.county_id == home, or_(func.cardinality(of.municipalities) == 0, of.remote))
        found.append(or_(serves, everywhere))
    if wishes.is_within:
        found.append(of.distance_km <= wishes.value("within_km"))
    return found
