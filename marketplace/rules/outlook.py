"""How long the money and the units of a funding last.

The pace is that of the client's own plan (choices in force); without a plan, that of the last twelve weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity, half_up_division
from marketplace.rules.weeks import WEEK, weeks_between

USE_WEEKS = 12
FEWEST_WEEKS = 4
_LONGEST_DAYS = 36_500
NO_UNITS = Quantity(0)


@dataclass(frozen=True, slots=True)
class PlannedUse:
    """What a choice in force plans to use of the county's money and of units, from a day to a day."""

    first_day: date
    last_day: date
    planned_cents: Money
    units_per_week: Quantity = NO_UNITS

    def per_week_cents(self) -> Money:
        """Return whole cents a week; a week that has begun counts in full, as when the choice was made."""
        return Money(half_up_division(self.planned_cents, weeks_between(self.first_day, self.last_day)))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is left, the pace a week, and the last day that money and units reach (None: not known).

    `units_end_first`: the units of the funding end before its money and its window.
    """

    left_cents: Money
    per_week_cents: Money | None
    lasts_until: date | None
    window: DateWindow
    units_end_first: bool = False

    @property
    def lasts_to_the_end(self) -> bool:
        """Whether the money reaches the last day of the window."""
        return self.lasts_until is not None and self.lasts_until >= self.window.last


def look_ahead(
    left_cents: Money,
    window: DateWindow,
    plans: Iterable[PlannedUse],
    spent: Iterable[tuple[date, Money]],
    today: date,
    units_left: Quantity | None = None,
) -> Outlook:
    """Return until when the money lasts, and the units if they are limited; never past the window."""
    plans = tuple(plans)
    outlook = _money_ahead(left_cents, window, plans, spent, today)
    per_week = sum(plan.units_per_week for plan in plans)
    if units_left is None or not per_week:
        return outlook
    ends = _last_day_of(units_left, per_week, max(today, window.first))
    if ends >= (outlook.lasts_until or window.last):
        return outlook
    return replace(outlook, lasts_until=ends, units_end_first=True)


def _last_day_of(left: int, per_week: int, begins: date) -> date:
    return begins + timedelta(days=min(left * WEEK // per_week, _LONGEST_DAYS))


def _money_ahead(
    left_cents: Money,
    window: DateWindow,
    plans: Iterable[PlannedUse],
    spent: Iterable[tuple[date, Money]],
    today: date,
) -> Outlook:
    weekly = sum(plan.per_week_cents() for plan in plans) or _weekly_use(spent, window, today)
    if weekly <= 0:
        return Outlook(left_cents, None, None, window)
    begins = max(today, window.first)
    days = left_cents * WEEK // weekly
    ends = window.last if days > (window.last - begins).days else begins + timedelta(days=days)
    return Outlook(left_cents, Money(weekly), min(ends, window.last), window)


def _weekly_use(spent: Iterable[tuple[date, Money]], window: DateWindow, today: date) -> int:
    """Return the mean use a week, in cents, of the last twelve weeks, today included.

    In a younger window the weeks since its first day count, that day included, and at least four of them.
    """
    first_day = max(window.first, today - timedelta(days=USE_WEEKS * WEEK - 1))
    weeks = max(FEWEST_WEEKS, weeks_between(first_day, today))
    return half_up_division(sum(cents for day, cents in spent if day >= first_day), weeks)


def planned_until_cents(plans: Iterable[PlannedUse], day: date) -> Money:
    """Return what the plans would have used by the end of a day, growing evenly from day to day."""
    total = 0
    for plan in plans:
        whole = (plan.last_day - plan.first_day).days + 1
        gone = min(whole, max(0, (day - plan.first_day).days + 1))
        total += half_up_division(plan.planned_cents * gone, max(1, whole))
    return Money(total)


@dataclass(frozen=True, slots=True)
class WeekPoint:
    """The end of a week: money left (None: to come) and what the plan would leave (None: no plan)."""

    last_day: date
    left_cents: Money | None
    planned_left_cents: Money | None


def weekly_course(
    granted_cents: Money,
    window: DateWindow,
    spent: Sequence[tuple[date, Money]],
    plans: Sequence[PlannedUse],
    today: date,
) -> list[WeekPoint]:
    """Return the money by week from the window's first day to its last.

    The plan starts from what was left on its first day. The week of today is shown with what is left now.
    """
    begins = min((plan.first_day for plan in plans), default=None)
    at_start = granted_cents - sum(cents for day, cents in spent if begins is not None and day < begins)
    points, last_day = [], window.first
    while last_day < window.last:
        last_day = min(last_day + timedelta(days=WEEK), window.last)
        left = granted_cents - sum(cents for day, cents in spent if day <= last_day)
        planned = None
        if begins is not None and last_day >= begins:
            planned = Money(max(0, at_start - planned_until_cents(plans, last_day)))
        is_past = last_day <= today + timedelta(days=WEEK - 1)
        points.append(WeekPoint(last_day, Money(left) if is_past else None, planned))
    return points
