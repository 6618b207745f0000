"""Time classes: a county's calendar, by the minute (rulebook, Time class; R-21)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from clearing.eligibility.facts.calendar import CalendarRange, DayKind, Parts
from clearing.eligibility.rules.civil_days import day_kind, helsinki_time, steady_day
from foundation.vocabulary.dates import HELSINKI, ONE_DAY

_DAY_MINUTES = 24 * 60
_NOON = 12 * 60
_ONE_MINUTE = timedelta(minutes=1)

Segments = tuple[tuple[int, int, str | None], ...]
"""A day from 0 to 1440 in pieces: from minute, to minute, time class or None for a hole."""


def _segments(ranges: Iterable[CalendarRange]) -> Segments:
    """Return the pieces of one kind of day; what no range covers is a hole."""
    classes: list[str | None] = [None] * _DAY_MINUTES
    for part in ranges:
        over_midnight = part.to_minute <= part.from_minute
        last = part.to_minute + (_DAY_MINUTES if over_midnight else 0)
        for minute in range(part.from_minute, last):
            classes[minute % _DAY_MINUTES] = part.time_class
    edges = [0, *(m for m in range(1, _DAY_MINUTES) if classes[m] != classes[m - 1]), _DAY_MINUTES]
    return tuple((first, last, classes[first]) for first, last in pairwise(edges))


class _Version(NamedTuple):
    """A calendar from a day on, by kind of day: its pieces, and the classes that occur."""

    from_day: date
    segments: Mapping[DayKind, Segments]
    of_day_kind: Mapping[DayKind, frozenset[str]]


def _version(from_day: date, calendar: Iterable[CalendarRange]) -> _Version:
    ranges = [each for each in calendar if each.from_day == from_day]
    segments = {kind: _segments(each for each in ranges if each.day_kind == kind) for kind in DayKind}
    occurring = {kind: frozenset(c for _, _, c in s if c is not None) for kind, s in segments.items()}
    return _Version(from_day, segments, occurring)


@dataclass(frozen=True, slots=True, eq=False)
class TimeClasses:
    """A county's calendar of time classes by kind of day: its versions, the newest first.

    Each day has the classes of the version in force on it, also in a visit over midnight.
    """

    versions: tuple[_Version, ...]

    @classmethod
    def of(cls, calendar: Sequence[CalendarRange]) -> "TimeClasses":
        """Build the time classes of a county's calendar. Before its first version there are none."""
        days = sorted({date.min, *(each.from_day for each in calendar)}, reverse=True)
        return cls(tuple(_version(day, calendar) for day in days))

    def on(self, day: date) -> frozenset[str]:
        """Return the time classes that occur on a day."""
        return self._in_force(day).of_day_kind[day_kind(day)]

    def _in_force(self, day: date) -> _Version:
        return next(each for each in self.versions if each.from_day <= day)

    def at_noon(self, day: date) -> Parts:
        """Return the class at 12:00, for a charge without times."""
        return self._within(day, _NOON, _NOON + 1)

    def of_visit(self, start: datetime, end: datetime, day: date) -> Parts:
        """Split a visit (aware instants) of a service day into elapsed minutes by time class.

        The class is that of the Helsinki clock at each minute.
        """
        midnight, next_midnight = steady_day(day)
        if midnight <= start and end <= next_midnight:
            first_minute = (start - midnight).seconds // 60
            return self._within(day, first_minute, first_minute + (end - start).seconds // 60)
        first, last = start.astimezone(HELSINKI), end.astimezone(HELSINKI)
        if first.utcoffset() != last.utcoffset():
            return self._minute_by_minute(start, end)
        minute = first.hour * 60 + first.minute
        end_minute = (last.date() - day).days * _DAY_MINUTES + last.hour * 60 + last.minute
        if end_minute <= _DAY_MINUTES:
            return self._within(day, minute, end_minute)
        pieces: list[tuple[str | None, int]] = []
        while end_minute > 0:
            pieces += self._within(day, minute, min(end_minute, _DAY_MINUTES))
            day, minute, end_minute = day + ONE_DAY, 0, end_minute - _DAY_MINUTES
        return _summed(pieces)

    def at(self, day: date, start_minute: int, length_minutes: int) -> tuple[datetime, datetime, Parts]:
        """Return start and end (UTC) of a visit that starts at a Helsinki time of a day, and its parts."""
        return _visit_at(self, day, start_minute, length_minutes)

    def _within(self, day: date, first: int, last: int) -> Parts:
        pieces = []
        for start, end, time_class in self._in_force(day).segments[day_kind(day)]:
            if start < last and first < end:
                if start <= first and last <= end:
                    return ((time_class, last - first),)
                pieces.append((time_class, min(end, last) - max(start, first)))
        return _summed(pieces)

    def _minute_by_minute(self, start: datetime, end: datetime) -> Parts:
        pieces: list[tuple[str | None, int]] = []
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        while start < end:
            local = start.astimezone(HELSINKI)
            minute = local.hour * 60 + local.minute
            pieces += self._within(local.date(), minute, minute + 1)
            start += _ONE_MINUTE
        return _summed(pieces)


def calendar_on(calendar: Iterable[CalendarRange], day: date) -> tuple[CalendarRange, ...]:
    """Return the ranges of the version in force on a day, by kind of day and start."""
    begun = [each for each in calendar if each.from_day <= day]
    newest = max((each.from_day for each in begun), default=None)
    return tuple(each for each in begun if each.from_day == newest)


def times_of_charge(
    calendar: TimeClasses, day: date, start: datetime | None, end: datetime | None
) -> tuple[frozenset[str], Parts]:
    """Return the classes of a day, and those of a visit or, without times, of noon."""
    parts = calendar.of_visit(start, end, day) if start and end else calendar.at_noon(day)
    return calendar.on(day), parts


def _summed(pieces: Iterable[tuple[str | None, int]]) -> Parts:
    minutes: dict[str | None, int] = {}
    for time_class, length in pieces:
        minutes[time_class] = minutes.get(time_class, 0) + length
    return tuple(minutes.items())


@lru_cache(maxsize=16_384)
def _visit_at(
    calendar: TimeClasses, day: date, start_minute: int, length_minutes: int
) -> tuple[datetime, datetime, Parts]:
    """Cached because the plans of many clients have visits on the same days at the same times."""
    start = helsinki_time(day, start_minute)
    end = start + timedelta(minutes=length_minutes)
    return start, end, calendar.of_visit(start, end, day)
