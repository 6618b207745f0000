"""What is left of a funding by week, in cents or in hundredths of a unit, beside what its plan leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity, half_up_division
from marketplace.rules.weeks import WEEK


@dataclass(frozen=True, slots=True)
class EvenUse:
    """An amount that a plan uses from a day to a day, the same on each day."""

    first_day: date
    last_day: date
    amount: int

    def until(self, day: date) -> int:
        """Return what has been used by the end of a day."""
        days = (self.last_day - self.first_day).days + 1
        gone = min(days, max(0, (day - self.first_day).days + 1))
        return half_up_division(self.amount * gone, max(1, days))


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A planned visit: its day, the county's share in cents, and its quantity."""

    day: date
    cents: Money
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class PlannedUseByDay:
    """Amounts of planned visits by their days, from a day on."""

    first_day: date
    amounts: tuple[tuple[date, int], ...]

    def until(self, day: date) -> int:
        """Return what has been planned by the end of a day."""
        return sum(amount for at, amount in self.amounts if at <= day)


@dataclass(frozen=True, slots=True)
class WeekPoint:
    """The end of a week: what is left (None: to come) and what the plan would leave (None: no plan)."""

    last_day: date
    left: int | None
    planned_left: int | None


def weekly_course(
    granted: int,
    window: DateWindow,
    spent: Sequence[tuple[date, int]],
    plans: Iterable[EvenUse | PlannedUseByDay],
    today: date,
) -> list[WeekPoint]:
    """Return what is left by week from the window's first day to its last.

    The plan starts from what was left on its first day. The week of today is shown with what is left now.
    """
    plans = tuple(plans)
    begins = min((plan.first_day for plan in plans), default=None)
    at_start = granted - sum(amount for day, amount in spent if begins is not None and day < begins)
    points, last_day = [], window.first
    while last_day < window.last:
        last_day = min(last_day + timedelta(days=WEEK), window.last)
        left = granted - sum(amount for day, amount in spent if day <= last_day)
        planned = None
        if begins is not None and last_day >= begins:
            planned = max(0, at_start - sum(plan.until(last_day) for plan in plans))
        is_past = last_day <= today + timedelta(days=WEEK - 1)
        points.append(WeekPoint(last_day, left if is_past else None, planned))
    return points
