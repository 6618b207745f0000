"""How long the money and the units of a funding last.

The pace is that of the client's own plan (choices in force); without a plan, that of the last twelve weeks.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    pace of a funding whose units are limited.
    """

    left_cents: Money
    per_week_cents: Money | None
    lasts_until: date | None
    window: DateWindow
    units_end_first: bool = False
    per_week_units: Quantity | None = None

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
    per_week = sum(plan.units_per_week for plan in plans) or _weekly_use(spent_units, window, today)
    if per_week <= 0:
        return outlook
    outlook = replace(outlook, per_week_units=Quantity(per_week))
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


def _weekly_use(spent: Iterable[tuple[date, int]], window: DateWindow, today: date) -> int:
    """Return the mean use a week, in cents or hundredths of a unit, of the last twelve weeks, today included.

    In a younger window the weeks since its first day count, that day included, and at least four of them.
    """
    first_day = max(window.first, today - timedelta(days=USE_WEEKS * WEEK - 1))
    weeks = max(FEWEST_WEEKS, weeks_between(first_day, today))
    return half_up_division(sum(amount for day, amount in spent if day >= first_day), weeks)
