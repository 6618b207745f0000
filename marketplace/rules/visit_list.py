"""The visits of a plan as a list: those to come, cancelled ones, and what was charged of the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.plans.facts.plan import VisitId, VisitPlan
from clearing.plans.facts.visits import PlannedVisit
from clearing.plans.rules.visits import visits_of
from foundation.vocabulary.dates import ONE_DAY, DateWindow, PeriodKind, helsinki_day, period_of
from foundation.vocabulary.money import Quantity
from marketplace.rules.weeks import WEEK


class VisitState(StrEnum):
    """To come or going on, cancelled, charged (also in part), or over without a charge."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    CHARGED = "charged"
    UNBILLED = "unbilled"


@dataclass(frozen=True, slots=True)
class VisitCharge:
    """A charge that is not refused or taken back: its day and start, and what it is for.

    `visit` is the planned visit that it names.
    """

    id: int
    day: date
    start: datetime | None
    quantity: Quantity
    reference: str = ""
    visit: VisitId | None = None


@dataclass(frozen=True, slots=True)
class VisitWithState:
    """A planned visit, its state, and the charges for it. `last_day` is the last day that it stands for."""

    visit: PlannedVisit
    state: VisitState
    charges: tuple[VisitCharge, ...]
    last_day: date

    @property
    def charged_quantity(self) -> Quantity:
        """How much of it was charged."""
        return Quantity(sum(charge.quantity for charge in self.charges))


def listed_visits(
    plan: VisitPlan,
    calendar: TimeClasses,
    window: DateWindow,
    charges: Sequence[VisitCharge],
    now: datetime,
) -> tuple[VisitWithState, ...]:
    """Return the visits of a plan in a window in order, with the cancelled ones."""
    cancelled = {
        VisitId(plan.choice_id, change.day, change.number) for change in plan.changes if change.is_cancelled
    }
    changes = tuple([replace(change, is_cancelled=False) for change in plan.changes])
    visits = visits_of(replace(plan, changes=changes), calendar, window)
    used = _charges_of(plan, [visit for visit in visits if visit.id not in cancelled], charges)
    found = []
    for visit in visits:
        own, last_day = tuple(used.get(visit.id, ())), last_day_of(plan, visit)
        state = VisitState.CANCELLED if visit.id in cancelled else _state(visit, last_day, own, now)
        found.append(VisitWithState(visit, state, own, last_day))
    return tuple(found)


def last_day_of(plan: VisitPlan, visit: PlannedVisit) -> date:
    """Return the last day that a visit stands for: its own, or that of its week or month without times."""
    if visit.start is not None or (plan.loose is None and plan.total is None):
        return visit.day
    if plan.loose is not None and plan.loose.per is not PeriodKind.WEEK:
        return period_of(plan.loose.per, visit.id.day).last
    return visit.id.day + timedelta(days=WEEK - 1)


def is_over(visit: PlannedVisit, last_day: date, now: datetime) -> bool:
    """Return whether a visit should have been given by now."""
    return visit.end <= now if visit.end is not None else last_day < helsinki_day(now)


def _state(visit: PlannedVisit, last_day: date, charges: Sequence[VisitCharge], now: datetime) -> VisitState:
    whole = visit.start is not None or sum(charge.quantity for charge in charges) >= visit.quantity
    if charges and (whole or is_over(visit, last_day, now)):
        return VisitState.CHARGED
    return VisitState.UNBILLED if is_over(visit, last_day, now) else VisitState.PLANNED


def _charges_of(
    plan: VisitPlan, visits: Sequence[PlannedVisit], charges: Iterable[VisitCharge]
) -> dict[VisitId, list[VisitCharge]]:
    """Return the charges of each visit: the one that a charge names, else the nearest free one of its day.

    Without times, those of the days that the visit stands for.
    """
    used: dict[VisitId, list[VisitCharge]] = {}
    known = {visit.id for visit in visits}
    for charge in sorted(charges, key=lambda each: (each.visit is None, each.day, each.id)):
        if charge.visit is not None:
            visit_id = charge.visit if charge.visit in known else None
        else:
            visit_id = _nearest(plan, visits, charge, used)
        if visit_id is not None:
            used.setdefault(visit_id, []).append(charge)
    return used


def _nearest(
    plan: VisitPlan,
    visits: Sequence[PlannedVisit],
    charge: VisitCharge,
    used: dict[VisitId, list[VisitCharge]],
) -> VisitId | None:
    if not plan.timed:
        fitting = [each for each in visits if charge.day in DateWindow(each.id.day, last_day_of(plan, each))]
        return fitting[0].id if fitting else None
    free = [visit for visit in visits if visit.day == charge.day and visit.id not in used]
    return min(free, key=lambda visit: _distance(visit, charge)).id if free else None


def _distance(visit: PlannedVisit, charge: VisitCharge) -> float:
    if visit.start is None or charge.start is None:
        return 0.0
    return abs((visit.start - charge.start).total_seconds())


def week_around(day: date) -> DateWindow:
    """Return the week of a day, from Monday to Sunday."""
    first = day - day.weekday() * ONE_DAY
    return DateWindow(first, first + (WEEK - 1) * ONE_DAY)
