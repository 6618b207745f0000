"""Which charges are for which planned visit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from clearing.plans.facts.plan import VisitId, VisitPlan
from clearing.plans.facts.visits import PlannedVisit
from foundation.vocabulary.dates import DateWindow, PeriodKind, period_of
from foundation.vocabulary.money import Quantity
from marketplace.rules.weeks import WEEK


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


def last_day_of(plan: VisitPlan, visit: PlannedVisit) -> date:
    """Return the last day that a visit stands for: its own, or that of its week or month without times."""
    if visit.start is not None or (plan.loose is None and plan.total is None):
        return visit.day
    if plan.loose is not None and plan.loose.per is not PeriodKind.WEEK:
        return period_of(plan.loose.per, visit.id.day).last
    return visit.id.day + timedelta(days=WEEK - 1)


def charges_of(
    plan: VisitPlan,
    visits: Sequence[PlannedVisit],
    charges: Iterable[VisitCharge],
    cancelled: Collection[VisitId],
    late: Collection[VisitId],
) -> dict[VisitId, list[VisitCharge]]:
    """Return the charges of each visit: the one that a charge names, else the nearest free one of its day.

    Without times, those of the days that the visit stands for. A cancelled visit has the charge that names
    it, or one of its day if it was cancelled late.
    """
    used: dict[VisitId, list[VisitCharge]] = {}
    given = [visit for visit in visits if visit.id not in cancelled]
    given += [visit for visit in visits if visit.id in late]
    known = {visit.id for visit in visits}
    for charge in sorted(charges, key=lambda each: (each.visit is None, each.day, each.id)):
        if charge.visit is not None:
            visit_id = charge.visit if charge.visit in known else None
        else:
            visit_id = _nearest(plan, given, charge, used)
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
