"""The usual time class, of which prices are shown, is that of the calendar in force on the day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import CalendarRange, TimeClass
from marketplace.load.catalogue import typical_class
from tests.builders import a_county
from tests.builders.county import TODAY


def test_the_usual_class_follows_the_calendar(session: Session) -> None:
    county, first = a_county(session), date(2027, 1, 1)
    night = session.scalars(select(TimeClass.id).where(TimeClass.code == "night")).one()
    times = {"from_minute": 0, "to_minute": 1440, "time_class_id": night}
    session.add(CalendarRange(county_id=county.id, day_kind="weekday", from_day=first, **times))
    session.flush()
    assert typical_class(session, county.id, TODAY) == "weekday"
    assert typical_class(session, county.id, date(2026, 12, 31)) == "weekday"
    assert typical_class(session, county.id, first) == "night"
    assert typical_class(session, None, first) == "weekday"
