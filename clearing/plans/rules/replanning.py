"""What all choices of a funding hold: each plan in the order of choosing, after the earlier ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from clearing.grants.facts.funding import Funding
from clearing.plans.facts.plan import PartOfWeek, VisitPlan
from clearing.plans.facts.visits import Held, Limit, PlannedVisit, PricedVisit, UsedVisit
from clearing.plans.rules.holding import held, hold_fees, left_of, stops_charging
from clearing.plans.rules.pricing import Setting, priced
from clearing.plans.rules.unbilled import unbilled
from clearing.plans.rules.visits import late_cancelled_visits, typical_parts, visits_of
from foundation.vocabulary.dates import ONE_DAY, DateWindow
from foundation.vocabulary.money import NO_UNITS, Money, Quantity, half_up_division

NOTHING = Money(0)


@dataclass(frozen=True, slots=True)
class ChosenPlan:
    """The plan of a choice, by what it is priced, what was charged of it, and what the choice holds now."""

    plan: VisitPlan
    setting: Setting
    used: tuple[UsedVisit, ...] = ()
    held_cents: Money = NOTHING
    held_quantity: Quantity = NO_UNITS


@dataclass(frozen=True, slots=True)
class HeldPlan:
    """The visits of a plan that are not charged, and what the choice holds for them, until its last day.

    `fees` are the visits that were cancelled late; `held` has what is held for them too.
    """

    visits: tuple[PricedVisit, ...]
    held: Held
    last_day: date
    fees: tuple[PricedVisit, ...] = ()

    @property
    def lasts_until(self) -> date:
        """The last day with money: that of the plan, or the day before the first visit that is not held."""
        first = self.held.first_unheld
        return self.last_day if first is None else first.day - ONE_DAY

    @property
    def planned_cents(self) -> Money:
        """The county's share of all visits to come, held or not."""
        return Money(sum(visit.county_pays_cents or 0 for visit in self.visits))

    @property
    def own_unit_cents(self) -> Money | None:
        """The client's own share of a unit, the mean of the held visits; None if nothing is held."""
        visits = self.visits[: self.held.visits]
        quantity = sum(visit.visit.quantity for visit in visits)
        own = sum(visit.you_pay_cents or 0 for visit in visits)
        return Money(half_up_division(own * 100, quantity)) if quantity else None


def hold_plans(
    plans: Sequence[ChosenPlan], funding: Funding, today: date, late_days: int
) -> dict[int, HeldPlan]:
    """Return what each choice holds, by its id. The plans are in the order in which they were chosen.

    A visit that was not charged stays held for the county's late days; what can no longer be charged is not.
    So does the fee of a visit that was cancelled late; it comes first, since its client cannot change it.
    """
    left = left_of(funding)
    left.free_cents += sum(chosen.held_cents for chosen in plans)
    if left.free_quantity is not None:
        left.free_quantity += sum(chosen.held_quantity for chosen in plans)
    found = {}
    for chosen in plans:
        found_visits = priced(_visits_and_fees(chosen, funding, today, late_days), chosen.setting)
        visits = tuple([visit for visit in found_visits if _is_held(visit, today)])
        fees = hold_fees([visit for visit in found_visits if visit.visit.fee is not None], funding, left)
        last = funding.window.last
        last = last if chosen.plan.last_day is None else min(chosen.plan.last_day, last)
        own = held(visits, funding, left).and_fees(fees)
        found[chosen.plan.choice_id] = HeldPlan(visits, own, last, fees)
    return found


def _is_held(visit: PricedVisit, today: date) -> bool:
    """Return whether a visit is held if there is enough for it: none that can no longer be charged."""
    return visit.visit.fee is None and (visit.visit.day >= today or not stops_charging(visit))


def visits_to_charge(
    chosen: ChosenPlan, funding: Funding, today: date, late_days: int
) -> tuple[PlannedVisit, ...]:
    """Return the visits of a plan that may still be charged: from the late days on, without those charged."""
    found = _visits_and_fees(chosen, funding, today, late_days)
    return tuple([visit for visit in found if visit.fee is None])


def _visits_and_fees(
    chosen: ChosenPlan, funding: Funding, today: date, late_days: int
) -> tuple[PlannedVisit, ...]:
    first = today - timedelta(days=late_days)
    return left_to_charge(chosen, all_visits(chosen, funding, first), funding, today, first)


def all_visits(
    chosen: ChosenPlan, funding: Funding, first: date, until: date = date.max
) -> tuple[PlannedVisit, ...]:
    """Return the visits of a plan from a day until another, charged or not; all those of a total.

    Those that were cancelled late come after them.
    """
    total, last = chosen.plan.total, funding.window.last
    begins, last = (first, min(last, until)) if total is None else (total.first_day, last)
    if last < begins:
        return ()
    days, calendar = DateWindow(begins, last), chosen.setting.calendar
    return (
        *visits_of(chosen.plan, calendar, days),
        *late_cancelled_visits(chosen.plan, calendar, DateWindow(max(first, begins), last)),
    )


def left_to_charge(
    chosen: ChosenPlan, visits: Sequence[PlannedVisit], funding: Funding, today: date, first: date
) -> tuple[PlannedVisit, ...]:
    """Return those of all visits that are not charged and can be charged from a first day on."""
    plan = chosen.plan
    rest = unbilled(plan, visits, chosen.used, today)
    if plan.total is None:
        return rest
    last = min(plan.total.last_day, plan.last_day or date.max, funding.window.last)
    return tuple([_later(visit, chosen, min(today, last)) for visit in rest]) if first <= last else ()


def _later(visit: PlannedVisit, chosen: ChosenPlan, day: date) -> PlannedVisit:
    """Return what is left of a total, on a day at the earliest: it may be used until the last day."""
    if visit.day >= day or visit.fee is not None:
        return visit
    return replace(visit, day=day, parts=typical_parts(chosen.setting.calendar, day, PartOfWeek.DAYTIME))


def is_refused(held_plan: HeldPlan) -> bool:
    """Return whether not even the first visit of a plan is held for want of money, units or the period."""
    stops = (Limit.MONEY, Limit.UNITS, Limit.PERIOD)
    return held_plan.held.visits == 0 and held_plan.held.stopped_by in stops
