"""What an imported price list is compared with: the county's catalogue and calendar, current values and
prices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.load.calendars import calendars
from clearing.eligibility.rules.time_classes import calendar_on
from foundation.database.columns import first_and_last
from foundation.database.tables.counties import County, TimeClass
from foundation.database.tables.providers import Offering, Price, Provider
from foundation.database.tables.services import CountyService, Service, ServiceValue
from marketplace.rules.day_coverage import Range
from marketplace.rules.imported_prices import CurrentPrice


@dataclass(frozen=True, slots=True)
class ShelfService:
    """A service of the county's catalogue."""

    id: int
    code: str
    unit: str
    vat_kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A county's catalogue: services and time classes by code, and its calendar by kind of day."""

    county_id: int
    services: Mapping[str, ShelfService]
    time_classes: Mapping[str, int]
    calendar: Mapping[str, list[tuple[Range, str]]]


Prices = defaultdict[tuple[int, int], list[CurrentPrice]]
"""By service or offering id, and time class id."""


def lock_shelf(session: Session, county_id: int, day: date) -> Shelf:
    """Return the county's catalogue; other imports into the county wait until this transaction ends."""
    session.execute(select(County.id).where(County.id == county_id).with_for_update(key_share=True))
    return load_shelf(session, county_id, day)


def lock_own_shelf(session: Session, provider_id: int, county_id: int, day: date) -> Shelf:
    """Return the county's catalogue; other changes of the provider's prices wait for this transaction."""
    own = select(Provider.id).where(Provider.id == provider_id)
    session.execute(own.with_for_update(key_share=True))
    offerings = select(Offering.id).where(Offering.provider_id == provider_id)
    of_county = offerings.where(Offering.county_id == county_id).order_by(Offering.id)
    session.execute(of_county.with_for_update())
    return load_shelf(session, county_id, day)


def load_shelf(session: Session, county_id: int, day: date) -> Shelf:
    """Return the county's catalogue, with the calendar in force on a day."""
    offered = (
        select(Service.id, Service.code, Service.unit, Service.vat_kind, Service.name_fi)
        .join(CountyService, CountyService.service_id == Service.id)
        .where(CountyService.county_id == county_id)
        .order_by(Service.id)
    )
    classes = select(TimeClass.code, TimeClass.id)
    return Shelf(
        county_id=county_id,
        services={row.code: ShelfService(*row) for row in session.execute(offered)},
        time_classes={row.code: row.id for row in session.execute(classes)},
        calendar=_calendar(session, county_id, day),
    )


def _calendar(session: Session, county_id: int, day: date) -> dict[str, list[tuple[Range, str]]]:
    found: defaultdict[str, list[tuple[Range, str]]] = defaultdict(list)
    for each in calendar_on(calendars(session, [county_id])[county_id], day):
        found[each.day_kind].append(((each.from_minute, each.to_minute), each.time_class))
    return dict(found)


def values_in_force(session: Session, county_id: int) -> Prices:
    """Return the county's values in order of their first day; a value says (value, cap)."""
    found: Prices = defaultdict(list)
    of_county = select(ServiceValue).where(ServiceValue.county_id == county_id)
    for row in session.scalars(of_county.order_by(ServiceValue.valid)):
        first, last = first_and_last(row.valid)
        says = (row.unit_value_cents, row.price_cap_cents)
        found[row.service_id, row.time_class_id].append(CurrentPrice(row.id, first, last, says))
    return found


def offerings_of(session: Session, provider_id: int, county_id: int) -> dict[int, int]:
    """Return the provider's oldest offering of each service in the county, by service id."""
    rows = session.execute(
        select(Offering.service_id, Offering.id)
        .where(Offering.provider_id == provider_id, Offering.county_id == county_id)
        .order_by(Offering.id.desc())
    )
    return {row.service_id: row.id for row in rows}


def prices_in_force(session: Session, offering_ids: list[int]) -> Prices:
    """Return the prices of offerings in order of their first day."""
    found: Prices = defaultdict(list)
    of_offerings = select(Price).where(Price.offering_id.in_(offering_ids))
    for row in session.scalars(of_offerings.order_by(Price.valid)):
        first, last = first_and_last(row.valid)
        found[row.offering_id, row.time_class_id].append(
            CurrentPrice(row.id, first, last, (row.unit_price_cents,))
        )
    return found
