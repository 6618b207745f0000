"""Which minutes of a kind of day have no time class or no value: holes are reported, never guessed (R-21)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clearing.eligibility.facts.calendar import DayKind

MINUTES_A_DAY = 1440
DAY_KINDS = tuple(DayKind)

Range = tuple[int, int]
"""Minutes of a day, the last not included; an end that is not after its start goes over midnight."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Minutes [from_minute, to_minute) of a kind of day that nothing covers."""

    day_kind: str
    from_minute: int
    to_minute: int

    @property
    def times(self) -> tuple[str, str]:
        """From and to as `HH:MM`; the end of the day is `24:00`."""
        return clock_text(self.from_minute), clock_text(self.to_minute)


def clock_text(minute: int) -> str:
    """Return a minute of the day as `HH:MM`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def minute_of(text: str) -> int | None:
    """Return a time (`HH:MM`, also `24:00`) as a minute of the day; None if it is malformed."""
    hours, _, minutes = text.partition(":")
    if not (text.isascii() and hours.isdigit() and minutes.isdigit() and len(minutes) == 2):
        return None
    minute = int(hours) * 60 + int(minutes)
    return minute if int(minutes) < 60 and minute <= MINUTES_A_DAY else None


def holes(covered: Mapping[str, Iterable[Range]]) -> list[Hole]:
    """Return the minutes of each kind of day that no range covers."""
    found = []
    for kind in DAY_KINDS:
        reached = 0
        for first, last in sorted(_within_the_day(covered.get(kind, ()))):
            if first > reached:
                found.append(Hole(kind, reached, first))
            reached = max(reached, last)
        if reached < MINUTES_A_DAY:
            found.append(Hole(kind, reached, MINUTES_A_DAY))
    return found


def _within_the_day(ranges: Iterable[Range]) -> Iterable[Range]:
    for first, last in ranges:
        if first < last:
            yield first, last
        else:
            yield first, MINUTES_A_DAY
            yield 0, last
