"""What a client plans: so much a week or altogether, or patterns of visits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from clearing.plans.facts.plan import LoosePattern, PartOfWeek, TimedPattern, TotalPattern, VisitPlan
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Quantity, half_up_division
from foundation.vocabulary.units import HOUR

_WEEKS_A_MONTH = (12, 52)
_ONE_VISIT = 100


@dataclass(frozen=True, slots=True)
class Wish:
    """What the client plans: from a day on, so many units a week or altogether, or patterns of visits.

    With a pattern, exactly one of the quantities is set too: what the plan takes, a week or altogether.
    """

    starts_on: date
    ends_on: date | None
    quantity: Quantity | None
    quantity_per_week: Quantity | None
    timed: tuple[TimedPattern, ...] = ()
    loose: LoosePattern | None = None
    total: TotalPattern | None = None

    @classmethod
    def of_plan(cls, plan: VisitPlan, starts_on: date, ends_on: date | None) -> Wish:
        """Return the wish for a plan of visits."""
        if plan.total is not None:
            return cls(starts_on, ends_on, plan.total.quantity, None, total=plan.total)
        return cls(starts_on, ends_on, None, quantity_per_week(plan), plan.timed, plan.loose)

    def in_unit(self, unit: str) -> Wish:
        """Return the wish with the quantity a week that its times have in the unit of an offering."""
        if not self.timed:
            return self
        return replace(self, quantity_per_week=quantity_per_week(VisitPlan(0, unit, self.timed)))

    def visit_plan(self, choice_id: int, unit: str, window: DateWindow) -> VisitPlan:
        """Return the visit plan of the choice: so much a week in the daytime, or so much until its end."""
        ends_on = min(self.ends_on or window.last, window.last)
        plan = VisitPlan(choice_id, unit, self.timed, self.loose, self.total, last_day=ends_on)
        if self.timed or self.loose is not None or self.total is not None:
            return plan
        if self.quantity_per_week is not None:
            week = PeriodKind.WEEK
            loose = LoosePattern(self.quantity_per_week, week, self.starts_on, None, PartOfWeek.DAYTIME)
            return replace(plan, loose=loose)
        last_day = max(self.starts_on, min(self.ends_on or window.last, window.last))
        return replace(plan, total=TotalPattern(self.quantity or Quantity(0), self.starts_on, last_day))


def quantity_per_week(plan: VisitPlan) -> Quantity:
    """Return what a plan of visits takes a week on average, at least a hundredth of a unit."""
    if plan.loose is not None:
        weeks = {PeriodKind.WEEK: (1, 1)}.get(plan.loose.per, _WEEKS_A_MONTH)
        return Quantity(max(1, half_up_division(plan.loose.quantity * weeks[0], weeks[1])))
    each = [
        half_up_division(len(pattern.weekdays) * units_of_visit(pattern, plan.unit), pattern.every_weeks)
        for pattern in plan.timed
    ]
    return Quantity(max(1, sum(each)))


def units_of_visit(pattern: TimedPattern, unit: str) -> int:
    """Return the units of one visit of a pattern, in hundredths."""
    if unit == HOUR:
        return half_up_division(pattern.length_minutes * 100, 60)
    return pattern.quantity or _ONE_VISIT
