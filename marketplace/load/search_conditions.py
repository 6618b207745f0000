"""The conditions of a search as SQL: approval, words, place, time and the other wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    SmallInteger,
    and_,
    func,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.load.approvals import approval_state_on
from clearing.grants.facts.funding import ANY_CLASS
from foundation.database.tables.counties import Municipality, TimeClass
from foundation.database.tables.providers import Approval, Offering, Price, Provider, ProviderUnit
from foundation.database.tables.services import Service
from marketplace.rules.distance import box_around
from marketplace.rules.searching import CLASSES_OF_TIME, Search, Wishes
from marketplace.rules.understanding import Understood

MOST_NAMED = 50
"""Providers that are found by their name beside those of a service."""


def approved(day: date) -> ColumnElement[bool]:
    return (
        select(Approval.id)
        .where(
            Approval.provider_id == Offering.provider_id,
            Approval.county_id == Offering.county_id,
            Approval.service_id == Offering.service_id,
            approval_state_on(day) == ApprovalState.APPROVED,
        )
        .exists()
    )


def scope(search: Search) -> list[ColumnElement[bool]]:
    scope: list[ColumnElement[bool]] = []
    if search.county_id is not None:
        scope.append(Offering.county_id == search.county_id)
    if search.services:
        scope.append(Service.code.in_(search.services))
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

    def labelled(self) -> list[ColumnElement[Any]]:
        """Return the columns under their names."""
        return [getattr(self, each.name).label(each.name) for each in fields(self)]

    @classmethod
    def of_found(cls, found: Any) -> Columns:
        """Return the columns of a statement that has them under their names."""
        return cls(**{each.name: found[each.name] for each in fields(cls)})


def wish_conditions(search: Search, of: Columns) -> list[ColumnElement[bool]]:
    """Return the conditions of the wishes, except the words."""
    wishes = search.wishes
    found = _place_conditions(wishes, of)
    if wishes.service:
        found.append(of.service == wishes.service)
    if wishes.language:
        found.append(of.languages.contains([wishes.language]))
    if classes := CLASSES_OF_TIME.get(wishes.time or ""):
        found.append(_sold_at(classes, of))
    if wishes.remote is not None:
        found.append(of.remote.is_(wishes.remote))
    if wishes.home_visits is not None:
        found.append(of.home_visits.is_(wishes.home_visits))
    if wishes.communication:
        found.append(of.communication.contains([*wishes.communication]))
    if wishes.free_within_days is not None:
        found.append(of.next_free_on <= search.day + timedelta(days=wishes.free_within_days))
    if wishes.max_price is not None:
        found.append(of.price_cents <= wishes.max_price)
    if wishes.access:
        found.append(of.access.contains(dict.fromkeys(wishes.access, True)))
    return found


def word_conditions(session: Session, meaning: Understood) -> list[ColumnElement[bool]]:
    """Words of services find these services; the other words find titles, descriptions and providers.

    If a provider has every word in its name, it is found too. A name is found by the beginnings of its words,
    so that "mat" (food) does not find "Viittomat".
    """
    if not meaning.services:
        return [Offering.id.in_(_with_word(name)) for name in meaning.names]
    found: list[ColumnElement[bool]] = [Service.code.in_(meaning.services)]
    every = [*meaning.service_words, *meaning.names]
    if named := list(session.scalars(select(Provider.id).where(_begins_words(every)).limit(MOST_NAMED))):
        found.append(Offering.provider_id.in_(named))
    return [or_(*found)]


_SIMPLE: ColumnElement[Any] = literal_column("'simple'::regconfig")
_TITLE = func.to_tsvector(_SIMPLE, Offering.title)
_ABOUT = func.to_tsvector(_SIMPLE, Offering.about)
_NAME = func.to_tsvector(_SIMPLE, Provider.name)


def _begins_word(texts: ColumnElement[Any], word: str) -> ColumnElement[bool]:
    return texts.op("@@")(func.to_tsquery("simple", f"{word}:*"))


def _begins_words(words: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(_begins_word(_NAME, word) for word in words))


def _with_word(word: str) -> CompoundSelect[int]:
    """Return the ids of offerings by a word, from the three indexes of words."""
    named = select(Provider.id).where(_begins_word(_NAME, word))
    offering = select(Offering.id)
    return union(
        offering.where(_begins_word(_TITLE, word)),
        offering.where(_begins_word(_ABOUT, word)),
        offering.where(Offering.provider_id.in_(named)),
    )


def has_any_name(names: Sequence[str]) -> ColumnElement[bool]:
    """Return whether a word of the provider's name or the offering's texts begins with one of the names."""
    return or_(*(_begins_word(texts, name) for name in names for texts in (_NAME, _TITLE, _ABOUT)))


def time_classes_sold(day: date) -> ColumnElement[Any]:
    """Return the ids of the time classes for which the offering has a price on the day, as an array."""
    sold = select(Price.time_class_id).where(Price.offering_id == Offering.id, Price.valid.op("@>")(day))
    return func.array(sold.correlate(Offering).scalar_subquery(), type_=ARRAY(SmallInteger))


def _sold_at(codes: Sequence[str], of: Columns) -> ColumnElement[bool]:
    """The offering has a price for that time, so it is sold then."""
    ids = select(func.array_agg(TimeClass.id)).where(TimeClass.code.in_([*codes, ANY_CLASS]))
    sold: ColumnElement[bool] = of.time_classes.overlap(ids.scalar_subquery())
    return sold


def preferred_classes(search: Search) -> list[str]:
    """Return the order of time classes for the shown price: of the requested time, then the usual one."""
    classes = CLASSES_OF_TIME.get(search.wishes.time or "", ())
    return [*classes, *([] if search.time_class is None else [search.time_class])]


def in_box(wishes: Wishes) -> list[ColumnElement[bool]]:
    """Return whether a place may be within the distance, before distances are computed."""
    if wishes.near is None or wishes.within_km is None:
        return []
    box = box_around(wishes.near, wishes.within_km)
    return [
        ProviderUnit.latitude.between(box.south, box.north),
        ProviderUnit.longitude.between(box.west, box.east),
    ]


def _place_conditions(wishes: Wishes, of: Columns) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wishes.municipality:
        municipality = Municipality.code == wishes.municipality
        home = select(Municipality.county_id).where(municipality).scalar_subquery()
        serves = of.municipalities.contains([wishes.municipality])
        everywhere = and_(of.county_id == home, or_(func.cardinality(of.municipalities) == 0, of.remote))
        found.append(or_(serves, everywhere))
    if wishes.near is not None and wishes.within_km is not None:
        found.append(of.distance_km <= wishes.within_km)
    return found
