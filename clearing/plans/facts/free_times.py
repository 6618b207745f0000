"""Hours of the week that a provider gives, and the times that are free of them."""

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class FreeHours:
    """Hours of a weekday (Monday is 0), in minutes of the Helsinki day, in which offerings are given.

    So many clients can be helped at once, whichever of the offerings they have.
    """

    weekday: int
    start_minute: int
    end_minute: int
    first_day: date
    last_day: date | None
    at_once: int
    offering_ids: frozenset[int]

    @property
    def starts(self) -> time:
        """Return when the hours begin."""
        return _clock(self.start_minute)

    @property
    def ends(self) -> time:
        """Return when they end; 0.00 is the midnight after the day."""
        return _clock(self.end_minute)


@dataclass(frozen=True, slots=True)
class TakenTime:
    """A planned visit of an offering's client. Start and end are Helsinki times without a zone."""

    offering_id: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, order=True)
class FreeSlot:
    """A part of a day that is free, in minutes of the Helsinki day."""

    day: date
    start_minute: int
    end_minute: int

    @property
    def starts(self) -> time:
        """Return when the time begins."""
        return _clock(self.start_minute)

    @property
    def ends(self) -> time:
        """Return when it ends; 0.00 is the midnight after the day."""
        return _clock(self.end_minute)


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
