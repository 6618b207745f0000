"""Search of the public catalogue in one statement: approved and published offerings, their price, the order.

PostgreSQL filters, sorts and pages; Python sees one page. What is compared with the day is dated data, so
the same statement answers for any day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, case, func, select, true
from sqlalchemy.orm import Session

from foundation.database.columns import any_of_parameter
from foundation.database.session import planned_by_values
from foundation.database.tables.counties import County, Municipality
from foundation.database.tables.free_times import FreeTimes
from foundation.database.tables.providers import Offering, Provider, ProviderUnit
from foundation.database.tables.services import Service
from foundation.vocabulary.money import Money
from marketplace.load.found_offerings import SHOWN, found_offerings, sort_order
from marketplace.load.names import Names
from marketplace.load.offerings import UnitEntry
from marketplace.load.search_conditions import Columns, named_providers, wish_conditions
from marketplace.load.search_shape import (
    MOST_KEPT,
    SearchShape,
    Values,
    WishShape,
    search_values,
    shape_of,
    wish_shape,
    wish_values,
)
from marketplace.rules.distance import Place, distance_km
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
    county_id: int
    county: str
    municipalities: tuple[str, ...]
    place: UnitEntry | None
    languages: tuple[str, ...]
    remote: bool
    communication: tuple[str, ...]
    home_visits: bool | None
    next_free_on: date | None
    price_cents: Money | None
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of what is found, how many there are altogether, and how many with each further condition."""

    listed: list[Listed]
    total: int
    counts: list[int]


def search_offerings(
    session: Session, search: Search, *, first: int, count: int, filters: Sequence[Wishes] = ()
) -> Hits:
    """Return one page in the order requested, with all counts.

    Args:
        filters: Further wishes to count what is found with each of them besides.
    """
    statement, values = page_statement(session, search, first, count, filters)
    with planned_by_values(session):
        rows = session.execute(statement, values).all()
    total, *counts = rows[0][: len(filters) + 1]
    found = [row for row in rows if row.id is not None]
    details = _details(session, [row.id for row in found])
    return Hits([_listed(details[row.id], row, search.wishes.near) for row in found], total, counts)


def page_statement(
    session: Session, search: Search, first: int, count: int, filters: Sequence[Wishes]
) -> tuple[Select[*tuple[Any, ...]], Values]:
    """Return the statement that finds the offerings of a page and counts them, and its values."""
    named, prefixes = named_providers(session, search.wishes.meaning), _prefixes(filters)
    values = {**search_values(search, named), "first": first, "count": count}
    for prefix, wishes in prefixes.items():
        values |= wish_values(wishes, search, prefix)
    shapes = tuple(wish_shape(wishes, prefix) for prefix, wishes in prefixes.items())
    return _page(shape_of(search, named), shapes), values


def _prefixes(filters: Sequence[Wishes]) -> dict[str, Wishes]:
    """Return the filters by the beginning of their values' names."""
    return {f"filter_{number}_": wishes for number, wishes in enumerate(filters)}


@lru_cache(maxsize=MOST_KEPT)
def _page(shape: SearchShape, filters: tuple[WishShape, ...]) -> Select[*tuple[Any, ...]]:
    found = found_offerings(shape, columns=None if filters else SHOWN).cte("found")
    narrowed = [
        func.count().filter(and_(true(), *wish_conditions(wishes, Columns.of_found(found.c))))
        for wishes in filters
    ]
    totals = select(func.count(), *narrowed).select_from(found).cte("totals")
    first, count = bindparam("first", type_=Integer), bindparam("count", type_=Integer)
    page = select(found).order_by(*sort_order(shape.sort, found.c)).offset(first).limit(count).cte("page")
    shown = (page.c.id, page.c.price_cents, page.c.distance_km)
    counted = select(*totals.c, *shown).select_from(totals).outerjoin(page, true())
    return counted.order_by(*sort_order(shape.sort, page.c))


def find_offerings(session: Session, search: Search, *, first: int, count: int) -> list[Listed]:
    """Return one page of what fits, in the order requested."""
    return search_offerings(session, search, first=first, count=count).listed


def count_offerings(session: Session, search: Search) -> int:
    """Return how many there are altogether."""
    named = named_providers(session, search.wishes.meaning)
    statement, values = _counted(shape_of(search, named)), search_values(search, named)
    with planned_by_values(session):
        return session.scalar(statement, values) or 0


@lru_cache(maxsize=MOST_KEPT)
def _counted(shape: SearchShape) -> Select[int]:
    return select(func.count()).select_from(found_offerings(shape, priced=False).subquery())


_DETAILS = (
    select(
        Offering.id, Offering.title, Offering.about, Offering.unit, Offering.languages, Offering.remote,
        Offering.communication, Offering.home_visits,
        case((FreeTimes.offering_id.is_(None), Offering.next_free_on), else_=FreeTimes.first_free_on)
        .label("next_free_on"), Offering.provider_id, Provider.name.label("provider"), Provider.business_id,
        Service.code.label("service"), Service.name_fi, Service.name_sv, Service.name_en,
        Offering.county_id, Offering.municipalities, County.code.label("county"),
        ProviderUnit.name.label("unit_name"), ProviderUnit.access,
        ProviderUnit.street, ProviderUnit.latitude, ProviderUnit.longitude,
        Municipality.name_fi.label("place_fi"), Municipality.name_sv.label("place_sv"),
    )
    .join(Provider, Provider.id == Offering.provider_id)
    .join(Service, Service.id == Offering.service_id)
    .join(County, County.id == Offering.county_id)
    .outerjoin(ProviderUnit, ProviderUnit.id == Offering.unit_id)
    .outerjoin(Municipality, Municipality.code == ProviderUnit.municipality_code)
    .outerjoin(FreeTimes, FreeTimes.offering_id == Offering.id)
    .where(Offering.id == any_of_parameter())
)  # fmt: skip


def _details(session: Session, ids: list[int]) -> dict[int, Any]:
    """Return what a list shows of each offering, by id; unlike the search it is planned once."""
    return {row.id: row for row in session.execute(_DETAILS, {"ids": ids})} if ids else {}


def _listed(row: Any, found: Any, here: Place | None) -> Listed:
    start = None if found.distance_km is None else here
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
        county_id=row.county_id,
        county=row.county,
        municipalities=tuple(row.municipalities),
        place=None if row.unit_name is None else _place(row),
        languages=tuple(row.languages),
        remote=row.remote,
        communication=tuple(row.communication),
        home_visits=row.home_visits,
        next_free_on=row.next_free_on,
        price_cents=None if found.price_cents is None else Money(found.price_cents),
        distance_km=None if start is None else distance_km(start, _point(row)),
    )


def _point(row: Any) -> Place:
    return Place(row.latitude, row.longitude)


def _place(row: Any) -> UnitEntry:
    names = Names(row.place_fi, row.place_sv, row.place_fi)
    return UnitEntry(row.unit_name, row.street, names, row.latitude, row.longitude, row.access or {})
