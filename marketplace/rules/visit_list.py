"""The visits of a plan as a list: those to come, cancelled ones, and what was charged of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.plans.facts.plan import CancellationFee, Change, VisitId, VisitPlan
from clearing.plans.facts.visits import PlannedVisit
from clearing.plans.rules.visits import visits_of
from foundation.vocabulary.dates import ONE_DAY, DateWindow, helsinki_day
from foundation.vocabulary.money import Quantity
from marketplace.rules.visit_charges import VisitCharge, charges_of, last_day_of
from marketplace.rules.weeks import WEEK


class VisitState(StrEnum):
    """To come or going on, cancelled, charged (also in part), or over without a charge."""

    PLANNED = "planned"
    CANCELLED = "cancelled"
    CHARGED = "charged"
    UNBILLED = "unbilled"


@dataclass(frozen=True, slots=True)
class VisitWithState:
    """A planned visit, its state, and the charges for it. `last_day` is the last day that it stands for.

    `cancelled` is the change that cancelled it.
    """

    visit: PlannedVisit
    state: VisitState
    charges: tuple[VisitCharge, ...]
    last_day: date
    cancelled: Change | None = None

    @property
    def fee(self) -> CancellationFee | None:
        """What the cancelled visit may cost; None if that is nothing, or is not known."""
        fee = None if self.cancelled is None else self.cancelled.fee
        return fee if fee is not None and fee.is_charged else None

    def has_open_fee(self, now: datetime) -> bool:
        """Return whether the provider may charge a fee now that it has not charged."""
        return self.fee is not None and not self.charges and is_over(self.visit, self.last_day, now)

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
    """Return the visits of a plan in a window in order, with the cancelled ones.

    Days away leave out cancelled visits too, but for those that may still cost a fee.
    """
    cancelled = {
        VisitId(plan.choice_id, change.day, change.number): change
        for change in plan.changes
        if change.is_cancelled
    }
    changes = tuple([replace(change, is_cancelled=False) for change in plan.changes])
    late = {key for key, change in cancelled.items() if change.fee is not None and change.fee.is_charged}
    as_planned = replace(plan, changes=changes)
    visits = visits_of(as_planned, calendar, window)
    if plan.pauses and late:
        without_pauses = visits_of(replace(as_planned, pauses=()), calendar, window)
        given = {visit.id for visit in visits} | late
        visits = tuple([visit for visit in without_pauses if visit.id in given])
    used = charges_of(plan, visits, charges, cancelled, late)
    found = []
    for visit in visits:
        own, last_day = tuple(used.get(visit.id, ())), last_day_of(plan, visit)
        state = VisitState.CANCELLED if visit.id in cancelled else _state(visit, last_day, own, now)
        found.append(VisitWithState(visit, state, own, last_day, cancelled.get(visit.id)))
    return tuple(found)


def is_over(visit: PlannedVisit, last_day: date, now: datetime) -> bool:
    """Return whether a visit should have been given by now."""
    return visit.end <= now if visit.end is not None else last_day < helsinki_day(now)


def _state(visit: PlannedVisit, last_day: date, charges: Sequence[VisitCharge], now: datetime) -> VisitState:
    whole = visit.start is not None or sum(charge.quantity for charge in charges) >= visit.quantity
    if charges and (whole or is_over(visit, last_day, now)):
        return VisitState.CHARGED
    return VisitState.UNBILLED if is_over(visit, last_day, now) else VisitState.PLANNED


def week_around(day: date) -> DateWindow:
    """Return the week of a day, from Monday to Sunday."""
    first = day - day.weekday() * ONE_DAY
    return DateWindow(first, first + (WEEK - 1) * ONE_DAY)
