"""Where an imported price goes among those that stand: no day has two, no day gone by changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from foundation.vocabulary.refusals import Refusal
from marketplace.rules.price_windows import PriceRefusalCode

ONE_DAY = timedelta(days=1)


PLACE_REFUSALS: Final[Mapping[str, str]] = {
    PriceRefusalCode.BACKWARDS: "The last day is before the first day.",
    PriceRefusalCode.OVERLAPS: "Another price is in force on some of these days.",
    PriceRefusalCode.LOCKED: "A price in force on days gone by cannot change.",
}


FROM = "from"
"""The column that a refused row is marked in."""


@dataclass(frozen=True, slots=True)
class CurrentPrice:
    """A stored price: its id, days (None: without an end), and what it says (cents, or cents and cap)."""

    id: int
    first_day: date
    last_day: date | None
    says: tuple[int | None, ...]

    def reaches(self, day: date) -> bool:
        """Whether it is in force on the day, or begins later."""
        return self.last_day is None or self.last_day >= day


@dataclass(frozen=True, slots=True)
class Placed:
    """The new price's days; `closes` is the former one, which ends the day before."""

    first_day: date
    last_day: date | None
    closes: CurrentPrice | None = None


def place(
    current: Sequence[CurrentPrice],
    first_day: date,
    last_day: date | None,
    says: tuple[int | None, ...],
    *,
    locked_before: date | None,
) -> Placed | Refusal | None:
    """Where a price goes; None if a stored one says the same from the same day on.

    `current` is in order of first day, and no two prices share a day. The new price closes the former one
    the day before. `locked_before` is today for prices that charges were decided by: a former price's day
    before it is never taken. None locks nothing (values that grants have copied).
    """
    if last_day is not None and last_day < first_day:
        return Refusal(PriceRefusalCode.BACKWARDS, FROM)
    begun = max(0, bisect_right(current, first_day, key=first_day_of) - 1)
    near = current[begun : begun + MOST_NEAR]
    if any(_says_the_same(one, first_day, last_day, says) for one in near):
        return None
    meeting = [
        one for one in near if one.reaches(first_day) and (last_day is None or one.first_day <= last_day)
    ]
    if not meeting:
        return Placed(first_day, last_day)
    former = meeting[0]
    if len(meeting) > 1 or former.first_day >= first_day or not _is_followed(former, last_day):
        return Refusal(PriceRefusalCode.OVERLAPS, FROM)
    if locked_before is not None and first_day < locked_before:
        return Refusal(PriceRefusalCode.LOCKED, FROM)
    return Placed(first_day, last_day, closes=former)


MOST_NEAR = 3
"""The price on a day, and two after it: with two of them a new price meets more than it may."""


def first_day_of(price: CurrentPrice) -> date:
    return price.first_day


def _says_the_same(
    one: CurrentPrice, first_day: date, last_day: date | None, says: tuple[int | None, ...]
) -> bool:
    reaches = one.last_day is None or (last_day is not None and last_day <= one.last_day)
    return one.first_day == first_day and one.says == says and reaches


def _is_followed(former: CurrentPrice, last_day: date | None) -> bool:
    """A former price that goes on after the new one ends would be cut in two."""
    return last_day is None or (former.last_day is not None and former.last_day <= last_day)


def ends_before_next(firsts: Sequence[date], first_day: date, last_day: date | None) -> date | None:
    """An open end in a file means: until the next row of the same price begins.

    `firsts` are the first days of the rows of this price, in order.
    """
    if last_day is not None:
        return last_day
    following = bisect_right(firsts, first_day)
    return firsts[following] - ONE_DAY if following < len(firsts) else None
