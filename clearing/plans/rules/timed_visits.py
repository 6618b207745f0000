"""The days and times of a timed pattern."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from clearing.plans.facts.plan import Change, TimedPattern, VisitPlan
from foundation.vocabulary.dates import HELSINKI, ONE_DAY, DateWindow, PeriodKind, in_force, period_number

WEEK_DAYS = 7


def days_of(pattern: TimedPattern, window: DateWindow) -> Iterator[date]:
    """Yield the days of a pattern that are in a window."""
    day = max(pattern.first_day, window.first)
    last = window.last if pattern.last_day is None else min(pattern.last_day, window.last)
    while day <= last:
        if has_day(pattern, day):
            yield day
        day += ONE_DAY


def has_day(pattern: TimedPattern, day: date) -> bool:
    """Return whether a pattern has a visit on a day."""
    if day.weekday() not in pattern.weekdays or not in_force(pattern.first_day, pattern.last_day, day):
        return False
    weeks = period_number(PeriodKind.WEEK, day) - period_number(PeriodKind.WEEK, pattern.first_day)
    return weeks % pattern.every_weeks == 0


def planned_start(plan: VisitPlan, change: Change) -> datetime | None:
    """Return when a changed visit of a plan starts (UTC); None if it has no time."""
    minute = change.start_minute
    if minute is None and 0 < change.number <= len(plan.timed):
        minute = plan.timed[change.number - 1].start_minute
    return None if minute is None else times_on(change.to_day or change.day, minute, 0)[0]


def times_on(day: date, start_minute: int, length_minutes: int) -> tuple[datetime, datetime]:
    """Return start and end (UTC) of a visit that starts at a Helsinki time and lasts so many minutes.

    A time that the clocks skip in spring is an hour later; of one that they repeat in autumn it is the first.
    """
    wall = datetime.combine(day, time(start_minute // 60, start_minute % 60), HELSINKI)
    start = wall.astimezone(UTC)
    return start, start + timedelta(minutes=length_minutes)
