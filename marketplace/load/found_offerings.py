"""The statement of a search: what is found, with what its order and its counts read of each offering.

It reads an offering once. Names and texts are read later, only of the offerings that are shown.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Select,
    and_,
    case,
    func,
    lateral,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.orm import Session

from clearing.grants.facts.funding import ANY_CLASS, ByClass
from foundation.database.tables.counties import TimeClass
from foundation.database.tables.providers import Offering, Price, Provider, ProviderUnit
from foundation.database.tables.services import Service
from marketplace.load.search_conditions import (
    Columns,
    approved,
    has_any_name,
    in_box,
    preferred_classes,
    scope,
    time_classes_sold,
    wish_conditions,
    word_conditions,
)
from marketplace.rules.distance import EARTH_RADIUS_KM, Place
from marketplace.rules.ranking import Sort
from marketplace.rules.searching import Search


def found_offerings(session: Session, search: Search, *, priced: bool = True) -> Select[*tuple[Any, ...]]:
    """Return the statement of what is found, not sorted.

    Args:
        priced: Look up the price of each offering. To count them it is needed only as a condition.
    """
    price = _price_of_the_day(search) if priced or search.wishes.max_price is not None else None
    columns = _columns(search, price)
    found = (
        select(*columns.labelled(), *_sort_keys(search, price))
        .join(Service, Service.id == Offering.service_id)
        .outerjoin(ProviderUnit, ProviderUnit.id == Offering.unit_id)
    )
    if _reads_names(search):
        found = found.join(Provider, Provider.id == Offering.provider_id)
    return (found if price is None else found.outerjoin(price, true())).where(
        Offering.published,
        approved(search.day),
        *scope(search),
        *word_conditions(session, search.wishes.meaning),
        *in_box(search.wishes),
        *wish_conditions(search, columns),
    )


def _columns(search: Search, price: Any) -> Columns:
    return Columns(
        service=Service.code,
        county_id=Offering.county_id,
        municipalities=Offering.municipalities,
        languages=Offering.languages,
        remote=Offering.remote,
        communication=Offering.communication,
        home_visits=Offering.home_visits,
        next_free_on=Offering.next_free_on,
        access=ProviderUnit.access,
        time_classes=time_classes_sold(search.day),
        price_cents=null().cast(Integer) if price is None else price.c.unit_price_cents,
        distance_km=_distance(search.wishes.near),
    )


def _sort_keys(search: Search, price: Any) -> list[Any]:
    soonest = case(
        (Offering.next_free_on.is_(None), null()), else_=func.greatest(Offering.next_free_on, search.day)
    )
    return [
        Offering.id,
        Offering.service_id,
        soonest.label("soonest"),
        _fit(search).label("fit"),
        (null().cast(Integer) if price is None else _own_share(search, price)).label("own_share"),
    ]


def sort_order(sort: Sort, of: Any) -> list[ColumnElement[Any]]:
    """Return the columns to sort by; ties by price and id, so that pages never overlap."""
    orders: dict[Sort, list[ColumnElement[Any]]] = {
        Sort.OWN_SHARE: [of.own_share.asc().nulls_last()],
        Sort.PRICE: [],
        Sort.DISTANCE: [of.distance_km.asc().nulls_last()],
        Sort.SOONEST: [of.soonest.asc().nulls_last()],
        Sort.FIT: [
            of.fit.desc(),
            of.soonest.asc().nulls_last(),
            of.distance_km.asc().nulls_last(),
            of.service_id.asc(),
        ],
    }
    return [*orders[sort], of.price_cents.asc().nulls_last(), of.id.asc()]


def _price_of_the_day(search: Search) -> Any:
    """The price shown (`marketplace.rules.comparison.shown_price`): of the class, of any, else the lowest."""
    usual = Price.time_class_id != _class_id(ANY_CLASS)
    preferred = [Price.time_class_id != _class_id(code) for code in preferred_classes(search)]
    return lateral(
        select(Price.unit_price_cents, Price.time_class_id)
        .where(Price.offering_id == Offering.id, Price.valid.op("@>")(search.day))
        .order_by(*preferred, usual, Price.unit_price_cents)
        .limit(1)
    ).alias("price_of_the_day")


def _class_id(code: str) -> ColumnElement[int]:
    return select(TimeClass.id).where(TimeClass.code == code).scalar_subquery()


def _distance(here: Place | None) -> ColumnElement[Any]:
    """The haversine formula of `marketplace.rules.distance` in SQL; NULL if either has no place."""
    if here is None:
        return null().cast(Float)
    north = func.radians(ProviderUnit.latitude - here.latitude)
    east = func.radians(ProviderUnit.longitude - here.longitude)
    both = func.cos(func.radians(here.latitude)) * func.cos(func.radians(ProviderUnit.latitude))
    inside = func.power(func.sin(north / 2), 2) + both * func.power(func.sin(east / 2), 2)
    far = 2 * EARTH_RADIUS_KM * func.asin(func.least(1.0, func.sqrt(inside)))
    return case((ProviderUnit.latitude.is_not(None), far))  # LEAST ignores NULLs: no place would be far away


def _own_share(search: Search, price: Any) -> ColumnElement[Any]:
    """What the client pays of the price shown; NULL if the county has no value for its time class (R-21)."""
    cents: ColumnElement[Any] = price.c.unit_price_cents
    if search.purse is None:
        return cents
    if search.time_class is None:
        return null().cast(Integer)
    priced_class = case(
        (price.c.time_class_id == _class_id(ANY_CLASS), _class_id(search.time_class)),
        else_=price.c.time_class_id,
    )
    whens = [
        (and_(Service.code == service, cents.is_not(None)), _beyond(cents, priced_class, values))
        for service, values in search.purse.values.items()
    ]
    return case(*whens, else_=cents) if whens else cents


def _beyond(cents: ColumnElement[Any], time_class: ColumnElement[Any], values: ByClass) -> ColumnElement[Any]:
    """What is left of a price beyond the county's value of a time class."""
    if not values:
        return literal(0)
    beyond = {name: func.greatest(0, cents - value) for name, value in values.items()}
    rest = beyond.pop(ANY_CLASS, null())
    shares = [(time_class == _class_id(name), share) for name, share in beyond.items()]
    return case(*shares, else_=rest) if shares else rest


def _reads_names(search: Search) -> bool:
    meaning = search.wishes.meaning
    return search.sort is Sort.FIT and bool(meaning.services) and bool(meaning.names)


def _fit(search: Search) -> ColumnElement[Any]:
    """How well an offering fits the words: its service's score, and more if names have the other words."""
    meaning = search.wishes.meaning
    scores = [(Service.code == code, literal(score)) for code, score in meaning.services.items()]
    score: ColumnElement[Any] = case(*scores, else_=0.0) if scores else literal(0.0)
    if _reads_names(search):
        score += case((has_any_name(meaning.names), 1.0), else_=0.0)
    return score
