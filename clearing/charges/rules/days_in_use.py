"""Single days of a plan of times while a batch is decided: most charges use only a visit of their own day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from clearing.plans.facts.plan import VisitId, VisitPlan
from clearing.plans.facts.visits import PlannedVisit, UsedVisit
from clearing.plans.rules.replanning import ChosenPlan
from clearing.plans.rules.unbilled import take_nearest
from clearing.plans.rules.visits import visits_of
from foundation.vocabulary.dates import DateWindow

_Visits = tuple[PlannedVisit, ...]


class VisitChange(NamedTuple):
    """The visits that a charge used, and those that it left to be charged again."""

    gone: _Visits
    back: _Visits


@dataclass(slots=True)
class DaysInUse:
    """What charges have left of each day, as long as each charge has a visit on its own day, or names one.

    One that has none takes a visit of another day, and then all visits must be known: `of` and `use` return
    None. So they do for a total, a plan without times, and fees of visits that were cancelled late.
    """

    chosen: ChosenPlan
    first_day: date
    named: set[VisitId]
    by_day: dict[date, list[UsedVisit]]
    visits: dict[date, _Visits] = field(default_factory=dict)
    left: dict[date, _Visits] = field(default_factory=dict)

    @classmethod
    def of(cls, chosen: ChosenPlan, first_day: date) -> "DaysInUse | None":
        """Open the days with charges. What was charged before the first day uses nothing."""
        plan = chosen.plan
        if not plan.timed or plan.loose or plan.total or any(each.fee is not None for each in plan.changes):
            return None
        days: dict[date, list[UsedVisit]] = {}
        for charge in chosen.used:
            if charge.visit is None and charge.day >= first_day:
                days.setdefault(charge.day, []).append(charge)
        opened = cls(chosen, first_day, {each.visit for each in chosen.used if each.visit is not None}, days)
        return opened if all(opened._left_on(day) is not None for day in days) else None

    def use(self, charge: UsedVisit, furthest: date) -> VisitChange | None:
        """Use the visit of an accepted charge, on the furthest day at the latest. After None, use no more."""
        day = charge.day if charge.visit is None else _day_of(self.chosen.plan, charge.visit)
        before = self._left_on(day)
        if before is None or day > furthest or not self._take(charge, before):
            return None
        del self.left[day]
        after = self._left_on(day)
        return None if after is None else VisitChange(_without(before, after), _without(after, before))

    def _take(self, charge: UsedVisit, before: _Visits) -> bool:
        """Count a charge; return whether it can be one of the day's."""
        if charge.visit is None:
            self.by_day.setdefault(charge.day, []).append(charge)
            self.by_day[charge.day].sort(key=UsedVisit.order)
            return True
        self.named.add(charge.visit)
        return any(visit.id == charge.visit for visit in before)

    def _left_on(self, day: date) -> _Visits | None:
        """Return what is left of a day; None if one of its charges found no visit."""
        if (known := self.left.get(day)) is not None:
            return known
        left = [visit for visit in self._visits_on(day) if visit.id not in self.named]
        for charge in self.by_day.get(day, ()):
            if take_nearest(left, charge) is None:
                return None
        return self.left.setdefault(day, tuple(left))

    def _visits_on(self, day: date) -> _Visits:
        if (known := self.visits.get(day)) is not None:
            return known
        setting = self.chosen.setting
        is_open = self.first_day <= day <= setting.funding.window.last
        found = visits_of(self.chosen.plan, setting.calendar, DateWindow(day, day)) if is_open else ()
        return self.visits.setdefault(day, found)


def _day_of(plan: VisitPlan, visit: VisitId) -> date:
    """Return the day of a visit: that to which it was moved, else that of its pattern."""
    moved = (each.to_day for each in plan.changes if (each.day, each.number) == (visit.day, visit.number))
    return next(moved, None) or visit.day


def _without(visits: _Visits, others: Iterable[PlannedVisit]) -> _Visits:
    ids = {visit.id for visit in others}
    return tuple([visit for visit in visits if visit.id not in ids])
