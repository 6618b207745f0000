"""Lists of the public catalogue: services, municipalities, and names by code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import CalendarRange, County, Municipality, TimeClass
from foundation.database.tables.services import CountyService, Service
from marketplace.load.names import Names
from marketplace.rules.distance import Place

NOON_MINUTE = 12 * 60


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """A service of the catalogue and the codes of the counties that offer it."""

    code: str
    unit: str
    name: Names
    about: Names
    free_of_charge: bool
    counties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormerMunicipality:
    """A municipality that became part of another one, and its last day."""

    code: str
    name: Names
    ended_on: date


@dataclass(frozen=True, slots=True)
class MunicipalityEntry:
    """A municipality, its county's code and its centre; `former` are those that became part of it."""

    code: str
    name: Names
    county: str
    place: Place
    former: tuple[FormerMunicipality, ...] = ()


@dataclass(frozen=True, slots=True)
class CountyEntry:
    """A county: its name and telephone number."""

    id: int
    code: str
    name: Names
    phone: str


def services(session: Session, county_id: int | None = None) -> list[ServiceEntry]:
    """Return the services that the county, or any county, offers, in order of their Finnish name."""
    offered = select(CountyService.service_id, County.code).join(County, County.id == CountyService.county_id)
    if county_id is not None:
        offered = offered.where(CountyService.county_id == county_id)
    counties: dict[int, list[str]] = {}
    for service_id, code in session.execute(offered.order_by(County.code)):
        counties.setdefault(service_id, []).append(code)
    rows = session.scalars(select(Service).where(Service.id.in_(counties)).order_by(Service.name_fi))
    return [
        ServiceEntry(
            code=row.code,
            unit=row.unit,
            name=Names(row.name_fi, row.name_sv, row.name_en),
            about=Names(row.about_fi, row.about_sv, row.about_en, row.about_selko),
            free_of_charge=row.free_of_charge,
            counties=tuple(counties[row.id]),
        )
        for row in rows
    ]


def service_names(session: Session) -> dict[str, Names]:
    """Return the name of every service by its code."""
    rows = session.execute(select(Service.code, Service.name_fi, Service.name_sv, Service.name_en))
    return {code: Names(fi, sv, en) for code, fi, sv, en in rows}


def municipalities(session: Session, day: date, county_id: int | None = None) -> list[MunicipalityEntry]:
    """Return the municipalities of the county, or of all, that exist on the day, by their Finnish name."""
    query = (
        select(Municipality, County.code)
        .join(County, County.id == Municipality.county_id)
        .order_by(Municipality.name_fi)
    )
    if county_id is not None:
        query = query.where(Municipality.county_id == county_id)
    existing: list[tuple[Municipality, str]] = []
    former: dict[str, list[FormerMunicipality]] = {}
    for row, county in session.execute(query):
        if row.ended_on is None or row.ended_on >= day:
            existing.append((row, county))
        else:
            names = Names(row.name_fi, row.name_sv, row.name_fi)
            ended = FormerMunicipality(row.code, names, row.ended_on)
            former.setdefault(row.successor_code or "", []).append(ended)
    return [
        MunicipalityEntry(
            row.code,
            Names(row.name_fi, row.name_sv, row.name_fi),
            county,
            Place(row.latitude, row.longitude),
            tuple(former.get(row.code, ())),
        )
        for row, county in existing
    ]


def counties(session: Session, ids: Iterable[int]) -> dict[int, CountyEntry]:
    """Return the counties by id."""
    rows = session.scalars(select(County).where(County.id.in_(list(ids))))
    return {
        row.id: CountyEntry(row.id, row.code, Names(row.name_fi, row.name_sv, row.name_en), row.phone)
        for row in rows
    }


def time_class_names(session: Session) -> dict[str, Names]:
    """Return the name of every time class by its code, in the order of the catalogue: `any` is first."""
    rows = session.execute(
        select(TimeClass.code, TimeClass.name_fi, TimeClass.name_sv, TimeClass.name_en).order_by(TimeClass.id)
    )
    return {code: Names(fi, sv, en) for code, fi, sv, en in rows}


_TYPICAL_CLASS = (
    select(TimeClass.code)
    .join(CalendarRange, CalendarRange.time_class_id == TimeClass.id)
    .where(
        CalendarRange.county_id == bindparam("county"),
        CalendarRange.day_kind == "weekday",
        CalendarRange.from_minute <= NOON_MINUTE,
        CalendarRange.to_minute > NOON_MINUTE,
        CalendarRange.from_day <= bindparam("day", type_=Date),
    )
    .order_by(CalendarRange.from_day.desc())
    .limit(1)
)


def typical_class(session: Session, county_id: int | None, day: date) -> str | None:
    """Return the time class of which prices are shown: a weekday at noon in the calendar in force on a day.

    None: the calendar has a hole there. Without a county it is `weekday`.
    """
    if county_id is None:
        return "weekday"
    return session.scalar(_TYPICAL_CLASS, {"county": county_id, "day": day})
