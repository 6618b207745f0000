"""The conditions of a search as SQL: approval, words, place, time and the other wishes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, literal_column, or_, select, union
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


def conditions(
    session: Session, search: Search, price: Any, distance: ColumnElement[Any]
) -> list[ColumnElement[bool]]:
    wishes = search.wishes
    found: list[ColumnElement[bool]] = [*_words(session, wishes.meaning), *_where(wishes, distance)]
    if wishes.service:
        found.append(Service.code == wishes.service)
    if wishes.language:
        found.append(Offering.languages.contains([wishes.language]))
    if classes := CLASSES_OF_TIME.get(wishes.time or ""):
        found.append(_at_time(search, classes))
    if wishes.remote is not None:
        found.append(Offering.remote.is_(wishes.remote))
    if wishes.free_within_days is not None:
        found.append(Offering.next_free_on <= search.day + timedelta(days=wishes.free_within_days))
    if wishes.max_price is not None:
        found.append(price.c.unit_price_cents <= wishes.max_price)
    if wishes.access:
        found.append(ProviderUnit.access.contains(dict.fromkeys(wishes.access, True)))
    return found


def _words(session: Session, meaning: Understood) -> list[ColumnElement[bool]]:
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


def _at_time(search: Search, classes: Sequence[str]) -> ColumnElement[bool]:
    """The offering has a price for that time, so it is sold then."""
    return (
        select(Price.id)
        .join(TimeClass, TimeClass.id == Price.time_class_id)
        .where(
            Price.offering_id == Offering.id,
            Price.valid.op("@>")(search.day),
            TimeClass.code.in_([*classes, ANY_CLASS]),
        )
        .exists()
    )


def preferred_classes(search: Search) -> list[ColumnElement[bool]]:
    """Return the order of time classes for the shown price: of the requested time, then the usual one."""
    classes = CLASSES_OF_TIME.get(search.wishes.time or "", ())
    return [TimeClass.code != code for code in (*classes, search.time_class)]


def _where(wishes: Wishes, distance: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wishes.municipality:
        home = (
            select(Municipality.county_id).where(Municipality.code == wishes.municipality).scalar_subquery()
        )
        serves = Offering.municipalities.contains([wishes.municipality])
        everywhere = and_(
            Offering.county_id == home, or_(func.cardinality(Offering.municipalities) == 0, Offering.remote)
        )
        found.append(or_(serves, everywhere))
    if wishes.near is not None and wishes.within_km is not None:
        box = box_around(wishes.near, wishes.within_km)
        found += [
            ProviderUnit.latitude.between(box.south, box.north),
            ProviderUnit.longitude.between(box.west, box.east),
            distance <= wishes.within_km,
        ]
    return found
