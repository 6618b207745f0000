"""Counties' settings and calendars as facts."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.charges.facts.book import CountySettings, Sampling
from clearing.eligibility.facts.calendar import CalendarRange, DayKind
from foundation.database.tables.counties import CalendarRange as CalendarRow
from foundation.database.tables.counties import County, TimeClass


def county_settings(session: Session, county_ids: Iterable[int] | None = None) -> dict[int, CountySettings]:
    """Return the settings for deciding charges, by county id; of all counties unless some are named."""
    query = select(County.id, County.code, County.late_days, County.sampling)
    if county_ids is not None:
        query = query.where(County.id.in_(list(county_ids)))
    counties = session.execute(query).all()
    calendars = _calendars(session, [county.id for county in counties])
    return {
        county.id: CountySettings(
            id=county.id,
            code=county.code,
            late_days=county.late_days,
            calendar=tuple(calendars[county.id]),
            sampling=None if county.sampling is None else Sampling(**county.sampling),
        )
        for county in counties
    }


def _calendars(session: Session, county_ids: list[int]) -> defaultdict[int, list[CalendarRange]]:
    rows = session.execute(
        select(
            CalendarRow.county_id,
            CalendarRow.day_kind,
            CalendarRow.from_minute,
            CalendarRow.to_minute,
            TimeClass.code,
        )
        .join(TimeClass, TimeClass.id == CalendarRow.time_class_id)
        .where(CalendarRow.county_id.in_(county_ids))
        .order_by(CalendarRow.county_id, CalendarRow.day_kind, CalendarRow.from_minute)
    )
    calendars: defaultdict[int, list[CalendarRange]] = defaultdict(list)
    for county_id, day_kind, from_minute, to_minute, code in rows:
        calendars[county_id].append(CalendarRange(DayKind(day_kind), from_minute, to_minute, code))
    return calendars
