"""Search of the public catalogue in one statement: approved and published offerings, their price, the order.

PostgreSQL filters, sorts and pages; Python sees one page. What is compared with the day is dated data, so
the same statement answers for any day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
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
from foundation.database.tables.counties import County, Municipality, TimeClass
from foundation.database.tables.providers import (
    Offering,
    Price,
    Provider,
    ProviderUnit,
)
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money
from marketplace.load.names import Names
from marketplace.load.offerings import UnitEntry
from marketplace.load.search_conditions import (
    approved,
    conditions,
    has_any_name,
    preferred_classes,
    scope,
)
from marketplace.rules.distance import EARTH_RADIUS_KM, Place
from marketplace.rules.ranking import Sort
from marketplace.rules.searching import Search, Wishes


@dataclass(frozen=True, slots=True)
class Listed:
    """One offering of a list; the price is the typical one of the day, None when none is in force."""

    id: int
    title: str
    about: str
    service: str
    service_name: Names
    unit: str
    provider_id: int
    provider: str
    business_id: str
    county: str
    place: UnitEntry | None
    languages: tuple[str, ...]
    remote: bool
    next_free_on: date | None
    price_cents: Money | None
    distance_km: float | None


def find_offerings(session: Session, search: Search, *, first: int, count: int) -> list[Listed]:
    """One page of what fits, in the order requested; ties by price and id, so that pages never overlap."""
    statement = _statement(session, search)
    rows = session.execute(statement.order_by(*_order(search, statement)).offset(first).limit(count))
    return [_listed(row) for row in rows]


def count_offerings(session: Session, search: Search) -> int:
    """How many there are altogether."""
    return session.scalar(matching(session, search, func.count())) or 0


def count_each(session: Session, search: Search, filters: Sequence[Wishes]) -> list[int]:
    """How many there would be with each of these wishes besides, in one statement."""
    if not filters:
        return []
    place = _distance(search.wishes.near)
    counts = [
        func.count().filter(and_(true(), *conditions(session, search.with_wishes(wishes), None, place)))
        for wishes in filters
    ]
    return [*session.execute(matching(session, search, *counts)).one()]


def matching(session: Session, search: Search, *columns: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Return these columns of what is found; the price is looked up only for a condition."""
    price = _price_of_the_day(search) if search.wishes.max_price is not None else None
    found = (
        select(*columns)
        .select_from(Offering)
        .join(Service, Service.id == Offering.service_id)
        .outerjoin(ProviderUnit, ProviderUnit.id == Offering.unit_id)
    )
    return (found if price is None else found.outerjoin(price, true())).where(
        Offering.published,
        approved(search.day),
        *scope(search),
        *conditions(session, search, price, _distance(search.wishes.near)),
    )


def _statement(session: Session, search: Search) -> Select[*tuple[Any, ...]]:
    price = _price_of_the_day(search)
    distance = _distance(search.wishes.near)
    columns = (
        Offering.id, Offering.title, Offering.about, Offering.unit, Offering.languages, Offering.remote,
        Offering.next_free_on, Offering.provider_id, Provider.name.label("provider"), Provider.business_id,
        Service.code.label("service"), Service.name_fi, Service.name_sv, Service.name_en,
        County.code.label("county"), ProviderUnit.name.label("unit_name"), ProviderUnit.access,
        ProviderUnit.street, ProviderUnit.latitude, ProviderUnit.longitude,
        Municipality.name_fi.label("place_fi"), Municipality.name_sv.label("place_sv"),
        price.c.unit_price_cents.label("price_cents"), distance.label("distance_km"),
        _own_share(search, price).label("own_share"),
    )  # fmt: skip
    return (
        select(*columns)
        .join(Provider, Provider.id == Offering.provider_id)
        .join(Service, Service.id == Offering.service_id)
        .join(County, County.id == Offering.county_id)
        .outerjoin(ProviderUnit, ProviderUnit.id == Offering.unit_id)
        .outerjoin(Municipality, Municipality.code == ProviderUnit.municipality_code)
        .outerjoin(price, true())
        .where(
            Offering.published,
            approved(search.day),
            *scope(search),
            *conditions(session, search, price, distance),
        )
    )


def _price_of_the_day(search: Search) -> Any:
    """The price shown (`marketplace.rules.comparison.shown_price`): of the class, of any, else the lowest."""
    return lateral(
        select(Price.unit_price_cents, TimeClass.code.label("time_class"))
        .join(TimeClass, TimeClass.id == Price.time_class_id)
        .where(Price.offering_id == Offering.id, Price.valid.op("@>")(search.day))
        .order_by(*preferred_classes(search), TimeClass.code != ANY_CLASS, Price.unit_price_cents)
        .limit(1)
    ).alias("price_of_the_day")


def _distance(here: Place | None) -> ColumnElement[Any]:
    """The haversine formula of `marketplace.rules.distance` in SQL; NULL without a place."""
    if here is None:
        return null().cast(Float)
    north = func.radians(ProviderUnit.latitude - here.latitude)
    east = func.radians(ProviderUnit.longitude - here.longitude)
    both = func.cos(func.radians(here.latitude)) * func.cos(func.radians(ProviderUnit.latitude))
    inside = func.power(func.sin(north / 2), 2) + both * func.power(func.sin(east / 2), 2)
    return 2 * EARTH_RADIUS_KM * func.asin(func.least(1.0, func.sqrt(inside)))


def _own_share(search: Search, price: Any) -> ColumnElement[Any]:
    """What the client pays of the price shown; NULL if the county has no value for its time class (R-21)."""
    cents: ColumnElement[Any] = price.c.unit_price_cents
    if search.purse is None:
        return cents
    if search.time_class is None:
        return null().cast(Integer)
    time_class = case((price.c.time_class == ANY_CLASS, search.time_class), else_=price.c.time_class)
    whens = [
        (and_(Service.code == service, cents.is_not(None)), _beyond(cents, time_class, values))
        for service, values in search.purse.values.items()
    ]
    return case(*whens, else_=cents) if whens else cents


def _beyond(cents: ColumnElement[Any], time_class: ColumnElement[Any], values: ByClass) -> ColumnElement[Any]:
    """What is left of a price beyond the county's value of a time class."""
    if not values:
        return literal(0)
    shares = [(time_class == name, func.greatest(0, cents - value)) for name, value in values.items()]
    beyond_any = func.greatest(0, cents - values[ANY_CLASS]) if ANY_CLASS in values else null()
    return case(*shares, else_=beyond_any)


def _fit(search: Search) -> ColumnElement[Any]:
    """How well an offering fits the words: its service's score, and more if names have the other words."""
    meaning = search.wishes.meaning
    scores = [(Service.code == code, literal(score)) for code, score in meaning.services.items()]
    score: ColumnElement[Any] = case(*scores, else_=0.0) if scores else literal(0.0)
    if meaning.services and meaning.names:
        score += case((has_any_name(meaning.names), 1.0), else_=0.0)
    return score


def _order(search: Search, statement: Select[*tuple[Any, ...]]) -> list[ColumnElement[Any]]:
    column = statement.selected_columns
    waiting = func.greatest(Offering.next_free_on, search.day)
    soonest = case((Offering.next_free_on.is_(None), null()), else_=waiting).asc().nulls_last()
    nearest = column.distance_km.asc().nulls_last()
    orders: dict[Sort, list[ColumnElement[Any]]] = {
        Sort.OWN_SHARE: [column.own_share.asc().nulls_last()],
        Sort.PRICE: [column.price_cents.asc().nulls_last()],
        Sort.DISTANCE: [nearest],
        Sort.SOONEST: [soonest],
        Sort.FIT: [_fit(search).desc(), soonest, nearest, Offering.service_id.asc()],
    }
    return [*orders[search.sort], column.price_cents.asc().nulls_last(), Offering.id.asc()]


def _listed(row: Any) -> Listed:
    return Listed(
        id=row.id,
        title=row.title,
        about=row.about,
        service=row.service,
        service_name=Names(row.name_fi, row.name_sv, row.name_en),
        unit=row.unit,
        provider_id=row.provider_id,
        provider=row.provider,
        business_id=row.business_id,
        county=row.county,
        place=None if row.unit_name is None else _place(row),
        languages=tuple(row.languages),
        remote=row.remote,
        next_free_on=row.next_free_on,
        price_cents=None if row.price_cents is None else Money(row.price_cents),
        distance_km=row.distance_km,
    )


def _place(row: Any) -> UnitEntry:
    names = Names(row.place_fi, row.place_sv, row.place_fi)
    return UnitEntry(row.unit_name, row.street, names, row.latitude, row.longitude, row.access or {})
