"""How long the money and the units of a funding last.

The pace is that of the client's own plan (choices in force); without a plan, that of the last twelve weeks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from foundation.vocabulary.dates import ONE_DAY, DateWindow
from foundation.vocabulary.money import Money, Quantity, half_up_division
from marketplace.rules.weeks import WEEK, weeks_between

USE_WEEKS = 12
FEWEST_WEEKS = 4
NO_UNITS = Quantity(0)


@dataclass(frozen=True, slots=True)
class PlannedUse:
    """What a choice in force plans to use of the county's money and of units, from a day to a day.

    `planned_units` are those of the plan from its first day to its last.
    """

    first_day: date
    last_day: date
    planned_cents: Money
    units_per_week: Quantity = NO_UNITS
    planned_units: Quantity = NO_UNITS

    def per_week_cents(self) -> Money:
        """Return whole cents a week; a week that has begun counts in full, as when the choice was made."""
        return Money(half_up_division(self.planned_cents, weeks_between(self.first_day, self.last_day)))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is left, the pace a week, and the last day that money and units reach (None: not known).

    `units_end_first`: the units of the funding end before its money and its window. `per_week_units` is the
    pace of a funding whose units are limited, and `planned_left_cents` what the planned visits leave.
    """

    left_cents: Money
    per_week_cents: Money | None
    lasts_until: date | None
    window: DateWindow
    units_end_first: bool = False
    per_week_units: Quantity | None = None
    planned_left_cents: Money | None = None

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
    spent_units: Iterable[tuple[date, Quantity]] = (),
) -> Outlook:
    """Return until when the money lasts, and the units if they are limited; never past the window."""
    plans = tuple(plans)
    outlook = _money_ahead(left_cents, window, plans, spent, today)
    if units_left is None:
        return outlook
    paces = [(plan, int(plan.units_per_week)) for plan in plans]
    begins = max(today, window.first)
    per_week = _pace_on(begins, paces) or _weekly_use(spent_units, window, today)
    if per_week <= 0:
        return outlook
    outlook = replace(outlook, per_week_units=Quantity(per_week))
    ends = _last_day_of(units_left, per_week, paces, begins, window)
    if ends >= (outlook.lasts_until or window.last):
        return outlook
    return replace(outlook, lasts_until=ends, units_end_first=True)


_Paces = Sequence[tuple[PlannedUse, int]]
"""Plans, each with what it uses a week."""


def _pace_on(day: date, paces: _Paces) -> int:
    """Return what the plans in force on a day use a week; before the first one, all of them."""
    now = sum(pace for plan, pace in paces if plan.first_day <= day <= plan.last_day)
    return now or sum(pace for _, pace in paces)


def _last_day_of(left: int, per_week: int, paces: _Paces, begins: date, window: DateWindow) -> date:
    """Return the last day that what is left reaches, never past the window: each plan uses its own days.

    On days of no plan the pace is `per_week`.
    """
    sevenths, day = left * WEEK, begins
    while day < window.last:
        today = sum(pace for plan, pace in paces if plan.first_day <= day <= plan.last_day)
        sevenths -= today or per_week
        if sevenths < 0:
            return day
        day += ONE_DAY
    return day


def _money_ahead(
    left_cents: Money,
    window: DateWindow,
    plans: Iterable[PlannedUse],
    spent: Iterable[tuple[date, Money]],
    today: date,
) -> Outlook:
    paces, begins = [(plan, int(plan.per_week_cents())) for plan in plans], max(today, window.first)
    weekly = _pace_on(begins, paces) or _weekly_use(spent, window, today)
    if weekly <= 0:
        return Outlook(left_cents, None, None, window)
    ends = _last_day_of(left_cents, weekly, paces, begins, window)
    return Outlook(left_cents, Money(weekly), min(ends, window.last), window)


def _weekly_use(spent: Iterable[tuple[date, int]], window: DateWindow, today: date) -> int:
    """Return the mean use a week, in cents or hundredths of a unit, of the last twelve weeks, today included.

    In a younger window the weeks since its first day count, that day included, and at least four of them.
    """
    first_day = max(window.first, today - timedelta(days=USE_WEEKS * WEEK - 1))
    weeks = max(FEWEST_WEEKS, weeks_between(first_day, today))
    return half_up_division(sum(amount for day, amount in spent if day >= first_day), weeks)
