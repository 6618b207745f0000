"""A week of visits as people enter it, and the plan that it makes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clearing.plans.facts.plan import LoosePattern, PartOfWeek, TimedPattern, VisitPlan
from foundation.vocabulary.dates import PeriodKind
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.units import HOUR

MOST_VISITS = 14
"""As many visits of one week can be entered."""

_PART = re.compile(r"([0-6])-([0-9]{1,4})-([0-9]{1,6})")
HOUR_MINUTES = 60
USUAL_MINUTES = 60
"""How long a visit is planned that is not charged by its length."""


@dataclass(frozen=True, slots=True)
class WeekVisit:
    """One visit of a week: its weekday (Monday is 0) and Helsinki start, and its quantity.

    Weekday and start are None for help without a fixed time.
    """

    weekday: int | None
    start_minute: int | None
    quantity: Quantity

    @property
    def is_timed(self) -> bool:
        """Whether its day and start are fixed."""
        return self.weekday is not None and self.start_minute is not None


def plan_of_week(choice_id: int, unit: str, visits: Iterable[WeekVisit], first_day: date) -> VisitPlan:
    """Return the plan that gives these visits every week from a day on.

    If one of them has no fixed time, the plan is a quantity a week.
    """
    visits = tuple(visits)
    if all(visit.is_timed for visit in visits):
        return VisitPlan(choice_id, unit, timed=_patterns(unit, visits, first_day))
    quantity = Quantity(sum(visit.quantity for visit in visits))
    loose = LoosePattern(quantity, PeriodKind.WEEK, first_day, None, PartOfWeek.DAYTIME)
    return VisitPlan(choice_id, unit, loose=loose)


def length_of(unit: str, quantity: Quantity) -> int:
    """Return the minutes of a visit with a quantity, to the nearest minute."""
    return (quantity * HOUR_MINUTES + 50) // 100 if unit == HOUR else USUAL_MINUTES


def _patterns(unit: str, visits: Iterable[WeekVisit], first_day: date) -> tuple[TimedPattern, ...]:
    """Return one pattern for visits that start at the same time and are as long, in the order entered.

    Two visits of one day that are alike stay two patterns, so that the overlap is found.
    """
    groups: defaultdict[tuple[int, Quantity, int], set[int]] = defaultdict(set)
    for visit in visits:
        start, again = visit.start_minute or 0, 0
        while visit.weekday in groups[start, visit.quantity, again]:
            again += 1
        groups[start, visit.quantity, again].add(visit.weekday or 0)
    return tuple(
        [
            TimedPattern(
                weekdays=frozenset(days),
                start_minute=start,
                length_minutes=length_of(unit, quantity),
                first_day=first_day,
                quantity=None if unit == HOUR else quantity,
            )
            for (start, quantity, _), days in groups.items()
        ]
    )


def week_of_plan(plan: VisitPlan) -> tuple[WeekVisit, ...]:
    """Return the visits of a week of a plan by the week; empty for a plan that a week cannot show."""
    if plan.loose is not None and plan.loose.per is PeriodKind.WEEK:
        return (WeekVisit(None, None, plan.loose.quantity),)
    if any(pattern.every_weeks != 1 for pattern in plan.timed):
        return ()
    visits = [
        WeekVisit(day, pattern.start_minute, _quantity(plan.unit, pattern))
        for pattern in plan.timed
        for day in pattern.weekdays
    ]
    return tuple(sorted(visits, key=lambda visit: (visit.weekday or 0, visit.start_minute or 0)))


def _quantity(unit: str, pattern: TimedPattern) -> Quantity:
    if unit == HOUR:
        return Quantity((pattern.length_minutes * 100 + HOUR_MINUTES // 2) // HOUR_MINUTES)
    return pattern.quantity or Quantity(100)


def week_text(visits: Iterable[WeekVisit]) -> str:
    """Return visits with fixed times as text for an address: `0-1020-200_3-540-150`."""
    return "_".join(f"{visit.weekday}-{visit.start_minute}-{visit.quantity}" for visit in visits)


def week_of_text(text: str) -> tuple[WeekVisit, ...]:
    """Return the visits that such a text holds, at most 14; none if it holds anything else."""
    parts = text.split("_") if text else []
    found = [_PART.fullmatch(part) for part in parts]
    if len(found) > MOST_VISITS or not all(found):
        return ()
    visits = [WeekVisit(int(each[1]), int(each[2]), Quantity(int(each[3]))) for each in found if each]
    fits = all((visit.start_minute or 0) < 24 * 60 and visit.quantity for visit in visits)
    return tuple(visits) if fits else ()
