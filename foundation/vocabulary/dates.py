"""Civil days in Helsinki, windows of days, and the periods of limits."""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
ONE_DAY = timedelta(days=1)

State = TypeVar("State")

_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FINNISH_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")


@dataclass(frozen=True, slots=True)
class DateWindow:
    """Civil days from first to last, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def days(self) -> int:
        """Count the days, both ends included."""
        return (self.last - self.first).days + 1


class PeriodKind(StrEnum):
    """How long a period of a limit is: ISO week, calendar month or calendar quarter."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


def helsinki_day(instant: datetime) -> date:
    """Return the civil day in Helsinki at an aware instant."""
    return instant.astimezone(HELSINKI).date()


def start_of_day(day: date) -> datetime:
    """Return the moment at which a civil day begins in Helsinki."""
    return datetime.combine(day, time.min, HELSINKI)


def in_force(first_day: date, last_day: date | None, day: date) -> bool:
    """Return whether the day is in a period; both ends are included, and no last day is no end."""
    return first_day <= day and (last_day is None or day <= last_day)


def state_on(history: Sequence[tuple[date, State]], day: date) -> State | None:
    """Return the state in force at the end of a day; None before the first (rulebook, States).

    Args:
        history: States with their first day, in order; of several on one day the last counts.
        day: The day.
    """
    for first_day, state in reversed(history):
        if first_day <= day:
            return state
    return None


def parse_iso_day(text: str) -> date | None:
    """Read `YYYY-MM-DD`; None if it is not a day of the calendar."""
    if not _ISO_DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def parse_finnish_day(text: str) -> date | None:
    """Read `d.m.yyyy`; None if it is not a day of the calendar."""
    if not (match := _FINNISH_DAY.fullmatch(text)):
        return None
    try:
        return date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def period_of(kind: PeriodKind, day: date) -> DateWindow:
    """Return the ISO week, calendar month or calendar quarter that contains the day."""
    if kind is PeriodKind.WEEK:
        monday = day - timedelta(days=day.weekday())
        return DateWindow(monday, monday + min(timedelta(days=6), date.max - monday))
    if kind is PeriodKind.MONTH:
        return DateWindow(day.replace(day=1), _last_of_month(day.year, day.month))
    first_month = (day.month - 1) // 3 * 3 + 1
    return DateWindow(date(day.year, first_month, 1), _last_of_month(day.year, first_month + 2))


def month_named(text: str) -> DateWindow | None:
    """Return the days of a month written as `2026-11`; None if it is not one."""
    first_day = parse_iso_day(f"{text}-01")
    return None if first_day is None else period_of(PeriodKind.MONTH, first_day)


def periods_touching(kind: PeriodKind, window: DateWindow) -> Iterator[DateWindow]:
    """Yield, in order, every period that shares a day with the window."""
    period = period_of(kind, window.first)
    while period.first <= window.last:
        yield period
        period = period_of(kind, period.last + ONE_DAY)


def period_number(kind: PeriodKind, day: date) -> int:
    """Return the number of the period that contains the day. The next period has the next number."""
    if kind is PeriodKind.WEEK:
        return (day.toordinal() - 1) // 7
    if kind is PeriodKind.MONTH:
        return day.year * 12 + day.month - 1
    return day.year * 4 + (day.month - 1) // 3


def is_plausible(day: date) -> bool:
    """Return whether a decision, a price or a paper can be of this day: 1900–2200."""
    return 1900 <= day.year <= 2200
