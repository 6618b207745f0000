"""Which planned visits have not been charged: their money stays held."""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from clearing.plans.facts.plan import VisitPlan
from clearing.plans.facts.visits import PlannedVisit, UsedVisit
from foundation.vocabulary.money import Quantity


def unbilled(
    plan: VisitPlan, visits: Sequence[PlannedVisit], used: Sequence[UsedVisit], today: date
) -> tuple[PlannedVisit, ...]:
    """Return the visits, or the part of them, that charges have not used.

    A charge uses the visit that it names, else the nearest one of its day, else the earliest one until today.
    Without times it uses its quantity: of the week or month of its day, or from the beginning of a total. A
    visit that was cancelled late is used if it is named, or is the nearest of its day.
    """
    if plan.timed:
        return _whole_visits(visits, used, today)
    late = [visit for visit in visits if visit.fee is not None]
    if late:
        return _beside_late(plan, visits, used, late)
    return _from_the_beginning(visits, used) if plan.total is not None else _of_each_period(visits, used)


def _beside_late(
    plan: VisitPlan, visits: Sequence[PlannedVisit], used: Sequence[UsedVisit], late: Sequence[PlannedVisit]
) -> tuple[PlannedVisit, ...]:
    """Return what is left of a plan without times, beside the extra visits of it that were cancelled late."""
    ids = {visit.id for visit in late}
    others = tuple(charge for charge in used if charge.visit not in ids)
    given = [visit for visit in visits if visit.fee is None]
    left = _from_the_beginning(given, others) if plan.total is not None else _of_each_period(given, others)
    named = {charge.visit for charge in used}
    return (*[visit for visit in late if visit.id not in named], *left)


def _whole_visits(
    visits: Sequence[PlannedVisit], used: Sequence[UsedVisit], today: date
) -> tuple[PlannedVisit, ...]:
    named = {charge.visit for charge in used if charge.visit is not None}
    left = {visit.id: visit for visit in visits if visit.id not in named}
    of_day: dict[date, list[PlannedVisit]] = {}
    for visit in left.values():
        of_day.setdefault(visit.day, []).append(visit)
    elsewhere = []
    for charge in used:
        if charge.visit is not None:
            continue
        if (nearest := take_nearest(of_day.get(charge.day, []), charge)) is not None:
            del left[nearest.id]
        else:
            elsewhere.append(charge)
    first_day = visits[0].day if visits else today
    free = deque(visit for visit in left.values() if visit.fee is None)
    for charge in elsewhere:
        if free and charge.day >= first_day and free[0].day <= max(charge.day, today):
            del left[free.popleft().id]
    return tuple(left.values())


def take_nearest(candidates: list[PlannedVisit], charge: UsedVisit) -> PlannedVisit | None:
    """Remove the nearest visit, which a charge of the same day uses, and return it; None without any."""
    if not candidates:
        return None
    nearest = min(candidates, key=lambda visit: _distance(visit, charge))
    candidates.remove(nearest)
    return nearest


def _distance(visit: PlannedVisit, charge: UsedVisit) -> float:
    if visit.start is None or charge.start is None:
        return 0.0
    return abs((visit.start - charge.start).total_seconds())


def _of_each_period(visits: Sequence[PlannedVisit], used: Sequence[UsedVisit]) -> tuple[PlannedVisit, ...]:
    left = [int(visit.quantity) for visit in visits]
    for charge in used:
        before = [place for place, visit in enumerate(visits) if visit.id.day <= charge.day]
        if before:
            left[before[-1]] -= charge.quantity
    return _with_quantities(visits, left)


def _from_the_beginning(
    visits: Sequence[PlannedVisit], used: Sequence[UsedVisit]
) -> tuple[PlannedVisit, ...]:
    gone: int = sum(charge.quantity for charge in used)
    left: list[int] = []
    for visit in visits:
        taken = min(gone, visit.quantity)
        gone -= taken
        left.append(visit.quantity - taken)
    return _with_quantities(visits, left)


def _with_quantities(visits: Sequence[PlannedVisit], left: Sequence[int]) -> tuple[PlannedVisit, ...]:
    return tuple(
        [
            visit if rest == visit.quantity else replace(visit, quantity=Quantity(rest))
            for visit, rest in zip(visits, left, strict=True)
            if rest > 0
        ]
    )
