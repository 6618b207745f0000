"""Counties' calendars of time classes as facts."""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.calendar import CalendarRange, DayKind
from foundation.database.columns import any_of_parameter
from foundation.database.tables.counties import CalendarRange as CalendarRow
from foundation.database.tables.counties import TimeClass

_ORDER = (CalendarRow.county_id, CalendarRow.from_day, CalendarRow.day_kind, CalendarRow.from_minute)
_RANGES = (
    select(
        CalendarRow.county_id,
        CalendarRow.day_kind,
        CalendarRow.from_minute,
        CalendarRow.to_minute,
        TimeClass.code,
        CalendarRow.from_day,
    )
    .join(TimeClass, TimeClass.id == CalendarRow.time_class_id)
    .where(CalendarRow.county_id == any_of_parameter())
    .order_by(*_ORDER)
)


def calendars(session: Session, county_ids: Iterable[int]) -> defaultdict[int, list[CalendarRange]]:
    """Return every version of the calendar of each of these counties by its id."""
    rows = session.execute(_RANGES, {"ids": list(county_ids)})
    found: defaultdict[int, list[CalendarRange]] = defaultdict(list)
    for county_id, day_kind, from_minute, to_minute, code, from_day in rows:
        found[county_id].append(CalendarRange(DayKind(day_kind), from_minute, to_minute, code, from_day))
    return found
