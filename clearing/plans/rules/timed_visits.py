"""The days and times of a timed pattern."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from clearing.eligibility.rules.civil_days import helsinki_time
from clearing.plans.facts.plan import Change, TimedPattern, VisitPlan
from foundation.vocabulary.dates import ONE_DAY, DateWindow, PeriodKind, in_force, period_number

WEEK_DAYS = 7


def days_of(pattern: TimedPattern, window: DateWindow) -> Iterator[date]:
    """Yield the days of a pattern that are in a window."""
    day = max(pattern.first_day, window.first)
    last = window.last if pattern.last_day is None else min(pattern.last_day, window.last)
    weekdays, is_weekly = pattern.weekdays, pattern.every_weeks == 1
    while day <= last:
        if day.weekday() in weekdays and (is_weekly or _is_its_week(pattern, day)):
            yield day
        day += ONE_DAY


def has_day(pattern: TimedPattern, day: date) -> bool:
    """Return whether a pattern has a visit on a day."""
    is_inside = in_force(pattern.first_day, pattern.last_day, day)
    return is_inside and day.weekday() in pattern.weekdays and _is_its_week(pattern, day)


def _is_its_week(pattern: TimedPattern, day: date) -> bool:
    weeks = period_number(PeriodKind.WEEK, day) - period_number(PeriodKind.WEEK, pattern.first_day)
    return weeks % pattern.every_weeks == 0


def planned_start(plan: VisitPlan, change: Change) -> datetime | None:
    """Return when a changed visit of a plan starts (UTC); None if it has no time."""
    minute = change.start_minute
    if minute is None and 0 < change.number <= len(plan.timed):
        minute = plan.timed[change.number - 1].start_minute
    return None if minute is None else times_on(change.to_day or change.day, minute, 0)[0]


def times_on(day: date, start_minute: int, length_minutes: int) -> tuple[datetime, datetime]:
    """Return start and end (UTC) of a visit that starts at a Helsinki time and lasts so many minutes."""
    start = helsinki_time(day, start_minute)
    return start, start + timedelta(minutes=length_minutes)
