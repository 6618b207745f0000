"""A provider's own offerings and prices, as the provider sees and edits them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from foundation.database.columns import first_and_last
from foundation.database.tables.counties import County, TimeClass
from foundation.database.tables.providers import Approval, Offering, Price
from foundation.database.tables.services import CountyService, Service


@dataclass(frozen=True, slots=True)
class OwnPrice:
    """A dated price in whole cents, VAT included; both days are included."""

    id: int
    offering_id: int
    time_class: str
    unit_price_cents: int
    first_day: date
    last_day: date | None
    version: int


@dataclass(frozen=True, slots=True)
class OwnOffering:
    """An offering with its prices, oldest first. `version` is the ETag."""

    id: int
    county: str
    service: str
    unit: str
    title: str
    about: str
    languages: Sequence[str]
    municipalities: Sequence[str]
    remote: bool
    communication: Sequence[str]
    home_visits: bool | None
    next_free_on: date | None
    cancel_notice_hours: int
    cancel_share_percent: int
    unit_id: int | None
    published: bool
    version: int
    prices: Sequence[OwnPrice] = ()


_OFFERING: Select[*tuple[Any, ...]] = select(
    Offering.id,
    County.code.label("county"),
    Service.code.label("service"),
    Offering.unit,
    Offering.title,
    Offering.about,
    Offering.languages,
    Offering.municipalities,
    Offering.remote,
    Offering.communication,
    Offering.home_visits,
    Offering.next_free_on,
    Offering.cancel_notice_hours,
    Offering.cancel_share_percent,
    Offering.unit_id,
    Offering.published,
    Offering.version,
)


def own_offerings(
    session: Session, provider_id: int, *, first: int = 0, count: int | None = None
) -> tuple[list[OwnOffering], int]:
    """Return a page of the provider's offerings in order of id, and the number of all."""
    total = session.scalar(
        select(func.count()).select_from(Offering).where(Offering.provider_id == provider_id)
    )
    rows = session.execute(_of_provider(provider_id).order_by(Offering.id).offset(first).limit(count)).all()
    return _with_prices(session, rows), total or 0


def own_offering(session: Session, provider_id: int, offering_id: int) -> OwnOffering | None:
    """Return one of the provider's offerings; None if it does not exist or belongs to another provider."""
    rows = session.execute(_of_provider(provider_id).where(Offering.id == offering_id)).all()
    return next(iter(_with_prices(session, rows)), None)


def lock_offering(session: Session, provider_id: int, offering_id: int) -> bool:
    """Lock the offering; return False if it does not exist or belongs to another provider."""
    held = select(Offering.id).where(Offering.id == offering_id, Offering.provider_id == provider_id)
    return session.scalar(held.with_for_update()) is not None


def county_of_offering(session: Session, offering_id: int) -> int:
    """Return the id of the county of an offering that exists."""
    return session.scalars(select(Offering.county_id).where(Offering.id == offering_id)).one()


def approved_municipalities(
    session: Session, provider_id: int, county_id: int, service_id: int
) -> Sequence[str]:
    """Return the municipalities to which the provider's approval is limited; none: it is not limited."""
    of_service = (Approval.county_id == county_id) & (Approval.service_id == service_id)
    query = select(Approval.municipalities).where(Approval.provider_id == provider_id, of_service)
    return session.scalar(query) or ()


def approved_for_offering(session: Session, offering_id: int) -> Sequence[str]:
    """Return the municipalities to which the approval of an offering's service is limited."""
    query = select(Offering.provider_id, Offering.county_id, Offering.service_id)
    return approved_municipalities(session, *session.execute(query.where(Offering.id == offering_id)).one())


def own_prices(
    session: Session,
    provider_id: int,
    *,
    offering_id: int | None = None,
    first: int = 0,
    count: int | None = None,
) -> tuple[list[OwnPrice], int]:
    """Return a page of the provider's prices by offering, time class and first day, and the number of all."""
    offerings = select(Offering.id).where(Offering.provider_id == provider_id)
    if offering_id is not None:
        offerings = offerings.where(Offering.id == offering_id)
    total = session.scalar(select(func.count()).select_from(Price).where(Price.offering_id.in_(offerings)))
    rows = session.execute(_PRICE.where(Price.offering_id.in_(offerings)).offset(first).limit(count))
    return [_price(row) for row in rows], total or 0


def own_price(session: Session, provider_id: int, price_id: int) -> OwnPrice | None:
    """Return one of the provider's prices; None if it does not exist or belongs to another provider."""
    offerings = select(Offering.id).where(Offering.provider_id == provider_id)
    row = session.execute(_PRICE.where(Price.id == price_id, Price.offering_id.in_(offerings))).one_or_none()
    return None if row is None else _price(row)


def time_class_ids(session: Session) -> dict[str, int]:
    """Return the id of every time class by its code."""
    rows = session.execute(select(TimeClass.code, TimeClass.id))
    return {row.code: row.id for row in rows}


def offered_service(session: Session, county: str, service: str) -> tuple[int, int, str, str] | None:
    """Return county id, service id, unit and Finnish name of a service that the county offers; else None."""
    row = session.execute(
        select(County.id, Service.id, Service.unit, Service.name_fi)
        .join(CountyService, CountyService.county_id == County.id)
        .join(Service, Service.id == CountyService.service_id)
        .where(County.code == county, Service.code == service)
    ).one_or_none()
    return None if row is None else tuple(row)  # type: ignore[return-value]


_PRICE: Select[*tuple[Any, ...]] = (
    select(
        Price.id,
        Price.offering_id,
        TimeClass.code.label("time_class"),
        Price.unit_price_cents,
        Price.valid,
        Price.version,
    )
    .join(TimeClass, TimeClass.id == Price.time_class_id)
    .order_by(Price.offering_id, TimeClass.id, func.lower(Price.valid))
)


def _of_provider(provider_id: int) -> Select[*tuple[Any, ...]]:
    return (
        _OFFERING.join(County, County.id == Offering.county_id)
        .join(Service, Service.id == Offering.service_id)
        .where(Offering.provider_id == provider_id)
    )


def _with_prices(session: Session, rows: Iterable[Row[*tuple[Any, ...]]]) -> list[OwnOffering]:
    found = list(rows)
    prices: defaultdict[int, list[OwnPrice]] = defaultdict(list)
    for row in session.execute(_PRICE.where(Price.offering_id.in_([offering.id for offering in found]))):
        prices[row.offering_id].append(_price(row))
    return [OwnOffering(**row._mapping, prices=tuple(prices[row.id])) for row in found]


def _price(row: Row[*tuple[Any, ...]]) -> OwnPrice:
    first_day, last_day = first_and_last(row.valid)
    return OwnPrice(
        row.id, row.offering_id, row.time_class, row.unit_price_cents, first_day, last_day, row.version
    )
