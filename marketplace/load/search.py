"""Search of the public catalogue in one statement: approved and published offerings, their price, the order.

PostgreSQL filters, sorts and pages; Python sees one page. What is compared with the day is dated data, so
the same statement answers for any day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
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
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.load.approvals import approval_state_on
from clearing.grants.facts.funding import ANY_CLASS, ByClass
from foundation.database.tables.counties import County, Municipality, TimeClass
from foundation.database.tables.providers import (
    Approval,
    Offering,
    Price,
    Provider,
    ProviderUnit,
)
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money
from marketplace.load.names import Names
from marketplace.load.offerings import UnitEntry
from marketplace.rules.distance import EARTH_RADIUS_KM, Place, box_around
from marketplace.rules.ranking import Sort
from marketplace.rules.searching import Search, Wishes, words_of


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
    """One page of what fits, in the order asked for; ties by price and id, so that pages never overlap."""
    statement = _statement(search)
    rows = session.execute(statement.order_by(*_order(search, statement)).offset(first).limit(count))
    return [_listed(row) for row in rows]


def count_offerings(session: Session, search: Search) -> int:
    """How many there are altogether."""
    return session.scalar(select(func.count()).select_from(_statement(search).subquery())) or 0


def _statement(search: Search) -> Select[*tuple[Any, ...]]:
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
            Offering.published, _approved(search.day), *_scope(search), *_conditions(search, price, distance)
        )
    )


def _price_of_the_day(search: Search) -> Any:
    """The price shown (`marketplace.rules.comparison.shown_price`): of the class, of any, else the lowest."""
    return lateral(
        select(Price.unit_price_cents, TimeClass.code.label("time_class"))
        .join(TimeClass, TimeClass.id == Price.time_class_id)
        .where(Price.offering_id == Offering.id, Price.valid.op("@>")(search.day))
        .order_by(TimeClass.code != search.time_class, TimeClass.code != ANY_CLASS, Price.unit_price_cents)
        .limit(1)
    ).alias("price_of_the_day")


def _approved(day: date) -> ColumnElement[bool]:
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


def _scope(search: Search) -> list[ColumnElement[bool]]:
    scope: list[ColumnElement[bool]] = []
    if search.county_id is not None:
        scope.append(Offering.county_id == search.county_id)
    if search.services:
        scope.append(Service.code.in_(search.services))
    return scope


def _conditions(search: Search, price: Any, distance: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    wishes = search.wishes
    found: list[ColumnElement[bool]] = [*_words(wishes.q), *_where(wishes, distance)]
    if wishes.service:
        found.append(Service.code == wishes.service)
    if wishes.language:
        found.append(Offering.languages.contains([wishes.language]))
    if wishes.remote is not None:
        found.append(Offering.remote.is_(wishes.remote))
    if wishes.free_within_days is not None:
        found.append(Offering.next_free_on <= search.day + timedelta(days=wishes.free_within_days))
    if wishes.max_price is not None:
        found.append(price.c.unit_price_cents <= wishes.max_price)
    if wishes.access:
        found.append(ProviderUnit.access.contains(dict.fromkeys(wishes.access, True)))
    return found


def _words(q: str) -> list[ColumnElement[bool]]:
    """Every word begins a word of the title or the description, or is in the provider's or service's name.

    Inside a name, because Finnish joins words: who looks for "apu" wants "Kotiapu" too.
    """
    return [_word(word) for word in words_of(q)]


def _word(word: str) -> ColumnElement[bool]:
    query = func.to_tsquery("simple", f"{word}:*")
    providers = select(Provider.id).where(Provider.name.icontains(word, autoescape=True))
    names = Service.name_fi + " " + Service.name_sv + " " + Service.name_en
    services = select(Service.id).where(names.icontains(word, autoescape=True))
    return or_(
        func.to_tsvector("simple", Offering.title + " " + Offering.about).op("@@")(query),
        Offering.provider_id.in_(providers),
        Offering.service_id.in_(services),
    )


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


def _order(search: Search, statement: Select[*tuple[Any, ...]]) -> list[ColumnElement[Any]]:
    column = statement.selected_columns
    soonest = func.greatest(Offering.next_free_on, search.day)
    first: ColumnElement[Any] = {
        Sort.OWN_SHARE: column.own_share,
        Sort.PRICE: column.price_cents,
        Sort.DISTANCE: column.distance_km,
        Sort.SOONEST: case((Offering.next_free_on.is_(None), null()), else_=soonest),
    }[search.sort]
    return [first.asc().nulls_last(), column.price_cents.asc().nulls_last(), Offering.id.asc()]


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
