"""A county's calendar of time classes, and what a visit touches of it."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple


class DayKind(StrEnum):
    """Kind of a day in a county's calendar of time classes."""

    WEEKDAY = "weekday"
    SATURDAY = "saturday"
    SUNDAY_OR_HOLIDAY = "sunday_or_holiday"


class CalendarRange(NamedTuple):
    """Minutes of a kind of day (from included, to excluded, 0–1440) that belong to a time class.

    A range whose end is not after its start goes over midnight within the same kind of day. The ranges with
    one `from_day` are a whole calendar, in force until the next one begins.
    """

    day_kind: DayKind
    from_minute: int
    to_minute: int
    time_class: str
    from_day: date = date.min


Parts = tuple[tuple[str | None, int], ...]
"""Weights by time class: minutes of a visit, or one for a charge without times. None is a hole."""
