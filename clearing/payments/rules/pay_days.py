"""On which days a county pays, and on which of them a charge is paid (docs/decisions/0226)."""

from __future__ import annotations

import heapq
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from clearing.payments.rules.bank_days import bank_days_before, next_bank_day
from foundation.vocabulary.dates import ONE_DAY

FEWEST_CUT_OFF_DAYS, MOST_CUT_OFF_DAYS = 2, 20
"""Bank days from the cut-off to the pay day: one to prepare, approve and send the run on, at least."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
"""The days of a week on which a county can pay; the place of each is its number."""
LATEST_MONTH_DAY, MOST_MONTH_DAYS = 31, 2
_LONGEST_GAP = timedelta(days=45)
"""More than from one pay day to the next, with every closed day between them."""


@dataclass(frozen=True, slots=True)
class SettlementCalendar:
    """When a county pays the charges that come in from `from_day` on.

    Either every week on `weekday` (Monday is 0), or every month on its `month_days`. A day past the end of a
    month is its last day, and a day on which banks are closed is the next bank day. Charges must have come in
    `cut_off_days` bank days before. With neither, the county has no pay days from `from_day` on.
    """

    from_day: date
    weekday: int | None
    month_days: tuple[int, ...]
    cut_off_days: int

    @property
    def is_end(self) -> bool:
        """Whether pay days end on its first day."""
        return self.weekday is None and not self.month_days


@dataclass(frozen=True, slots=True, order=True)
class PayDay:
    """A day on which a county pays, and the last day on which a charge for it can come in."""

    day: date
    cut_off: date


def version_on(versions: Sequence[SettlementCalendar], day: date) -> SettlementCalendar | None:
    """Return what a county has said that holds on a day, also that it has no pay days; None: nothing yet."""
    return max((each for each in versions if each.from_day <= day), key=_first_day, default=None)


def calendar_on(versions: Sequence[SettlementCalendar], day: date) -> SettlementCalendar | None:
    """Return the calendar in force on a day; None if the county has no pay days."""
    found = version_on(versions, day)
    return None if found is None or found.is_end else found


def pay_day_of(versions: Sequence[SettlementCalendar], came_in: date) -> PayDay | None:
    """A charge is paid on the first pay day whose cut-off it meets, by the calendar of the day it came in."""
    own = calendar_on(versions, came_in)
    if own is None:
        return None
    end = min((each.from_day for each in versions if each.from_day > own.from_day), default=date.max)
    found = next(each for each in _pay_days_of(own, came_in) if each.cut_off >= came_in)
    return _within(found, end)


def pay_days(versions: Sequence[SettlementCalendar], first: date) -> Iterator[PayDay]:
    """Yield each day from `first` on for which a charge can come in; without a calendar none.

    The last pay day of a calendar may be after the first day of the next calendar, or after its end.
    """
    ordered = sorted(versions, key=_first_day)
    ends = [*(each.from_day for each in ordered[1:]), date.max]
    parts = [_with_charges(each, end, first) for each, end in zip(ordered, ends, strict=False)]
    waiting: PayDay | None = None
    for each in heapq.merge(*parts):
        if waiting is not None and each.day != waiting.day:
            yield waiting
        waiting = each
    if waiting is not None:
        yield waiting


def next_pay_days(versions: Sequence[SettlementCalendar], first: date, count: int) -> tuple[PayDay, ...]:
    """Return the first pay days from a day on."""
    return tuple(islice(pay_days(versions, first), count))


def _first_day(calendar: SettlementCalendar) -> date:
    return calendar.from_day


def _within(found: PayDay, end: date) -> PayDay:
    """Return a pay day of a calendar that is in force until the day before `end`."""
    return PayDay(found.day, min(found.cut_off, end - ONE_DAY))


def _with_charges(calendar: SettlementCalendar, end: date, first: date) -> Iterator[PayDay]:
    """Yield the pay days from `first` on of charges that come in while the calendar is in force."""
    earlier_cut_off = date.min
    if calendar.is_end:
        return
    for each in _pay_days_of(calendar, max(calendar.from_day, first) - _LONGEST_GAP):
        if earlier_cut_off + ONE_DAY >= end:
            return
        earlier_cut_off = each.cut_off
        if each.cut_off >= calendar.from_day and each.day >= first:
            yield _within(each, end)


def _pay_days_of(calendar: SettlementCalendar, first: date) -> Iterator[PayDay]:
    """Yield the pay days of one calendar from a day on, for ever."""
    latest = date.min
    for said in _days_said(calendar, first - timedelta(days=10)):
        day = next_bank_day(said - ONE_DAY)
        if day >= first and day > latest:
            latest = day
            yield PayDay(day, bank_days_before(day, calendar.cut_off_days))


def _days_said(calendar: SettlementCalendar, first: date) -> Iterator[date]:
    """Yield the days that a calendar names, from about a day on, whether banks are open or not."""
    if calendar.weekday is not None:
        day = first + timedelta(days=(calendar.weekday - first.weekday()) % 7)
        while True:
            yield day
            day += timedelta(days=7)
    year, month = first.year, first.month
    while True:
        for number in sorted(calendar.month_days):
            yield date(year, month, min(number, monthrange(year, month)[1]))
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
