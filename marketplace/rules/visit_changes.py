"""Changing one planned visit: what may be changed, and the change that it becomes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from clearing.plans.facts.plan import (
    FIRST_EXTRA_NUMBER,
    CancellationFee,
    CancelledBy,
    Change,
    VisitId,
    VisitPlan,
)
from clearing.plans.facts.visits import Limit, PlannedVisit
from clearing.plans.rules.plan_faults import plan_faults
from clearing.plans.rules.replanning import HeldPlan
from clearing.reasons import OVER_AMOUNT, OVER_PERIOD_LIMIT, OVER_QUANTITY
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal
from marketplace.rules.refusals import VISIT_NOT_POSSIBLE

STOPPED_BY: Final = {
    Limit.MONEY: OVER_AMOUNT.code,
    Limit.UNITS: OVER_QUANTITY.code,
    Limit.PERIOD: OVER_PERIOD_LIMIT.code,
}
"""The reason of a visit that does not fit, by the limit that stops it."""


@dataclass(frozen=True, slots=True)
class VisitWish:
    """What a visit should be instead. What is None stays as it is."""

    to_day: date | None = None
    start_minute: int | None = None
    length_minutes: int | None = None
    quantity: Quantity | None = None


def change_of(plan: VisitPlan, visit: VisitId) -> Change:
    """Return the change of a visit in a plan; one that changes nothing if there is none."""
    found = (each for each in plan.changes if (each.day, each.number) == (visit.day, visit.number))
    return next(found, Change(visit.day, visit.number))


def changed(change: Change, wish: VisitWish) -> Change:
    """Return the change of a visit with what is wished on top of it."""
    return replace(
        restored(change),
        to_day=wish.to_day or change.to_day,
        start_minute=change.start_minute if wish.start_minute is None else wish.start_minute,
        length_minutes=wish.length_minutes or change.length_minutes,
        quantity=wish.quantity or change.quantity,
    )


def cancelled(change: Change, fee: CancellationFee | None, by: CancelledBy, now: datetime) -> Change:
    """Return the change of a visit that is cancelled now; without a fee, if what it may cost is not known."""
    if fee is None:
        return replace(change, is_cancelled=True)
    return replace(change, is_cancelled=True, fee=fee, cancelled_by=by, cancelled_at=now)


def restored(change: Change) -> Change:
    """Return the change of a visit without its cancellation."""
    return replace(change, is_cancelled=False, fee=None, cancelled_by=None, cancelled_at=None)


def extra_visit(plan: VisitPlan, wish: VisitWish, day: date) -> Change:
    """Return one extra visit on a day, with the next free number of that day."""
    used = [change.number for change in plan.changes if change.day == day and change.is_extra]
    number = max(used, default=FIRST_EXTRA_NUMBER - 1) + 1
    return Change(day, number, False, None, wish.start_minute, wish.length_minutes, wish.quantity)


def with_change(plan: VisitPlan, change: Change) -> VisitPlan:
    """Return the plan with a change in place of an earlier one of the same visit."""
    others = [each for each in plan.changes if (each.day, each.number) != (change.day, change.number)]
    return replace(plan, changes=(*others, change))


def has_begun(visit: PlannedVisit, now: datetime) -> bool:
    """Return whether a visit can no longer be changed: it has begun, or its day has passed."""
    return visit.day < helsinki_day(now) or (visit.start is not None and visit.start <= now)


def why_not(plan: VisitPlan, change: Change, days: tuple[date, date | None], today: date) -> Refusal | None:
    """Return why a plan with a change is not possible: its faults, or a day outside the choice or away.

    Args:
        days: The first and last day of the choice; None if it has no last day.
    """
    day = change.to_day or change.day
    reasons = [
        Refusal(fault.code, fault.field) for fault in plan_faults(plan) if fault.code != "visit_unknown"
    ]
    if not days[0] <= day or (days[1] is not None and day > days[1]):
        reasons.append(Refusal("day_outside_choice", "to_day"))
    if day < today:
        reasons.append(Refusal("day_in_past", "to_day"))
    if plan.is_paused(day):
        reasons.append(Refusal("day_paused", "to_day"))
    return Refusal(VISIT_NOT_POSSIBLE, reasons=tuple(reasons)) if reasons else None


def why_not_held(held_plan: HeldPlan, visit: VisitId) -> Refusal | None:
    """Return the limit that a visit of a plan does not fit; None if it is held, or a rule or day stops it."""
    held_ids: Iterable[VisitId] = (each.visit.id for each in held_plan.visits[: held_plan.held.visits])
    limit = held_plan.held.stopped_by
    if limit not in STOPPED_BY or visit in held_ids:
        return None
    return Refusal(VISIT_NOT_POSSIBLE, reasons=(Refusal(STOPPED_BY[limit], "visit"),))
