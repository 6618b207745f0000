"""A county's calendar changes from a day on: each day has the time classes of the calendar in force on it."""

from datetime import date, datetime, timedelta

import pytest

from clearing.eligibility.facts.calendar import CalendarRange, DayKind
from clearing.eligibility.rules.time_classes import TimeClasses, calendar_on
from foundation.vocabulary.dates import HELSINKI

FROM_NOVEMBER_4 = (
    CalendarRange(DayKind.WEEKDAY, 0, 1440, "old"),
    CalendarRange(DayKind.WEEKDAY, 0, 1440, "new", date(2026, 11, 4)),
)
VERSIONS = [
    ("2026-11-03", "10:00", "12:00", {"old": 120}),
    ("2026-11-04", "00:00", "01:00", {"new": 60}),
    ("2026-11-03", "23:00", "01:30+1", {"old": 60, "new": 90}),
    ("2026-11-03", "23:59", "00:00+1", {"old": 1}),
]


@pytest.mark.parametrize(("day", "start", "end", "minutes"), VERSIONS)
def test_each_day_has_the_calendar_in_force_on_it(
    day: str, start: str, end: str, minutes: dict[str, int]
) -> None:
    """A changed calendar prices no earlier day, also in a visit over midnight."""
    first = datetime.fromisoformat(f"{day}T{start}").replace(tzinfo=HELSINKI)
    last = datetime.fromisoformat(f"{day}T{end.removesuffix('+1')}").replace(tzinfo=HELSINKI)
    last += timedelta(days=end.endswith("+1"))
    classes = TimeClasses.of(FROM_NOVEMBER_4)
    assert dict(classes.of_visit(first, last, first.date())) == minutes
    assert classes.on(date(2026, 11, 3)) == {"old"}
    assert classes.on(date(2026, 11, 4)) == {"new"}
    assert {each.time_class for each in calendar_on(FROM_NOVEMBER_4, date(2026, 11, 4))} == {"new"}
