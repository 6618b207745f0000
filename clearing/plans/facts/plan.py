"""A choice as a plan of visits: patterns, pauses and changes. Visits are computed from it, never stored."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from foundation.vocabulary.dates import DateWindow, PeriodKind, parse_iso_day
from foundation.vocabulary.money import Money, Quantity

_VISIT_ID = re.compile(r"([0-9]{1,18})-([0-9]{4})([0-9]{2})([0-9]{2})-([0-9]{1,4})")

FIRST_EXTRA_NUMBER = 1000
"""Extra visits have numbers from here on; below are the visits of patterns."""


class VisitId(NamedTuple):
    """A planned visit: its choice, the day of its pattern, its number on that day.

    It stays the same if the visit is moved or made longer.
    """

    choice_id: int
    day: date
    number: int

    @property
    def text(self) -> str:
        """The id as the API and addresses write it: `700-20261203-1`."""
        return f"{self.choice_id}-{self.day:%Y%m%d}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> "VisitId | None":
        """Return the id that a text is; None if it is none."""
        found = _VISIT_ID.fullmatch(text)
        day = parse_iso_day(f"{found[2]}-{found[3]}-{found[4]}") if found else None
        return None if found is None or day is None else cls(int(found[1]), day, int(found[5]))


@dataclass(frozen=True, slots=True)
class TimedPattern:
    """Visits on weekdays (Monday is 0) at a Helsinki time, every 1, 2 or 4 weeks from a day on.

    Weeks are ISO weeks, counted from the one of the first day. `length_minutes` are elapsed minutes.
    `quantity` is that of one visit; None for an hour unit, where it follows from the length.
    """

    weekdays: frozenset[int]
    start_minute: int
    length_minutes: int
    first_day: date
    last_day: date | None = None
    every_weeks: int = 1
    quantity: Quantity | None = None


class PartOfWeek(StrEnum):
    """In which part of the week the help of a loose plan is mostly given."""

    DAYTIME = "daytime"
    EVENING = "evening"
    NIGHT = "night"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True)
class LoosePattern:
    """A quantity a week or a month, without times. Its weeks are of seven days from the first day on."""

    quantity: Quantity
    per: PeriodKind
    first_day: date
    last_day: date | None = None
    part: PartOfWeek | None = None


@dataclass(frozen=True, slots=True)
class TotalPattern:
    """A quantity from a day until a day, spread evenly over its weeks."""

    quantity: Quantity
    first_day: date
    last_day: date


class CancellationFee(NamedTuple):
    """What a cancelled visit may still cost, as it was when the visit was cancelled; nothing if in good time.

    At most this share (in percent) of the list price, and no more cents and units than these. `most_cents` is
    None if the price was not known.
    """

    share_percent: int
    most_cents: Money | None
    most_quantity: Quantity

    @property
    def is_charged(self) -> bool:
        """Whether the provider may charge anything."""
        return self.share_percent > 0 and self.most_cents != 0


class CancelledBy(StrEnum):
    """Who cancelled a visit: the client or a helper of the client, or the provider."""

    CLIENT = "client"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of one planned visit. What is None stays as the pattern has it.

    An extra visit has a number of its own (`FIRST_EXTRA_NUMBER` or more) and states its time and length, or
    its quantity if it has no time.

    `fee` is that of a cancelled visit, None if it is not known. Who cancelled it, and when, is read from the
    database only.
    """

    day: date
    number: int
    is_cancelled: bool = False
    to_day: date | None = None
    start_minute: int | None = None
    length_minutes: int | None = None
    quantity: Quantity | None = None
    fee: CancellationFee | None = None
    cancelled_by: CancelledBy | None = field(default=None, compare=False)
    cancelled_at: datetime | None = field(default=None, compare=False)

    @property
    def is_extra(self) -> bool:
        """Whether this is a visit beside the patterns."""
        return self.number >= FIRST_EXTRA_NUMBER


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """The plan of a choice: one kind of pattern, days away, and changes of single visits.

    `last_day` is the last day of the choice or of its funding, None if not known. No visit is after it.
    """

    choice_id: int
    unit: str
    timed: tuple[TimedPattern, ...] = ()
    loose: LoosePattern | None = None
    total: TotalPattern | None = None
    pauses: tuple[DateWindow, ...] = ()
    changes: tuple[Change, ...] = ()
    last_day: date | None = None

    def is_paused(self, day: date) -> bool:
        """Return whether the client is away on a day."""
        return any(day in pause for pause in self.pauses)

    def has_ended(self, day: date) -> bool:
        """Return whether a day is after the choice's last day."""
        return self.last_day is not None and day > self.last_day
