"""A choice as a plan: what it takes a week, what is held, until when the money lasts, and what is left.

Held is the county's share of the planned visits, each at the price and the terms of its day. A plan without a
last day goes on to the end of the window, or until the first visit that does not fit; it is refused only if
not even the first one fits. Any other plan must fit altogether.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clearing.plans.facts.visits import Limit
from clearing.plans.rules.replanning import HeldPlan
from clearing.reasons import (
    OUTSIDE_VOUCHER_WINDOW,
    OVER_AMOUNT,
    OVER_PERIOD_LIMIT,
    OVER_QUANTITY,
    Finding,
    report,
)
from foundation.vocabulary.money import Money, Quantity, half_up_division, line_price
from marketplace.rules.comparison import Share
from marketplace.rules.other_plans import Means, over_period
from marketplace.rules.wishes import Wish

_CYCLE_WEEKS = 4


class PlanLimit(StrEnum):
    """What ends a plan: the voucher's last day or the plan's own, a limit, or a rule of charging."""

    WINDOW = "window"
    MONEY = "money"
    UNITS = "units"
    PERIOD = "month_limit"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan in money; `left_cents` is what stays free.

    The sums per week are None for a plan of a few times, and if the share is not known.
    """

    first_day: date
    last_day: date
    units: Quantity
    county_per_week_cents: Money | None
    you_per_week_cents: Money | None
    planned_cents: Money
    held_cents: Money
    lasts_until: date
    left_cents: Money
    stopped_by: PlanLimit = PlanLimit.WINDOW

    @property
    def lasts_to_the_end(self) -> bool:
        """Return whether the money lasts for the whole plan."""
        return self.lasts_until >= self.last_day


def make_plan(
    wish: Wish, share: Share | None, held_plan: HeldPlan, means: Means
) -> tuple[Plan, tuple[Finding, ...]]:
    """Return the plan in sums, and every reason why it cannot be held (empty: it can).

    Visits whose share is not known hold nothing: what they cost the county is known when it decides their
    charges.
    """
    last_day = means.window.last if wish.ends_on is None else min(wish.ends_on, means.window.last)
    held, plan_cents = held_plan.held, held_plan.planned_cents
    held_cents = plan_cents if _must_fit(wish) else held.cents
    county, own = _per_week(wish, share, held_plan)
    stopped_by = _LIMITS.get(held.stopped_by) if held.stopped_by else None
    ends = held_plan.lasts_until if stopped_by and not _must_fit(wish) else last_day
    plan = Plan(
        first_day=wish.starts_on,
        last_day=last_day,
        units=wish.quantity if wish.quantity is not None else held.quantity,
        county_per_week_cents=county,
        you_per_week_cents=own,
        planned_cents=plan_cents,
        held_cents=held_cents,
        lasts_until=ends,
        left_cents=Money(max(0, means.free_cents - held_cents)),
        stopped_by=stopped_by or PlanLimit.WINDOW,
    )
    return plan, _reasons(wish, share, held_plan, means)


_LIMITS = {
    Limit.MONEY: PlanLimit.MONEY,
    Limit.UNITS: PlanLimit.UNITS,
    Limit.PERIOD: PlanLimit.PERIOD,
    Limit.RULE: PlanLimit.RULE,
}


def _must_fit(wish: Wish) -> bool:
    """Return whether all of a plan must fit: one until a day, or so much altogether."""
    return wish.ends_on is not None or wish.quantity_per_week is None


def _per_week(wish: Wish, share: Share | None, held_plan: HeldPlan) -> tuple[Money | None, Money | None]:
    """Return what the county and the client pay a week; of patterns, the mean of their first four weeks."""
    if wish.quantity_per_week is None or share is None:
        return None, None
    if not wish.timed and wish.loose is None:
        per_week = wish.quantity_per_week
        return line_price(per_week, share.county_pays_cents), line_price(per_week, share.you_pay_cents)
    until = wish.starts_on + timedelta(weeks=_CYCLE_WEEKS)
    visits = [visit for visit in held_plan.visits if visit.visit.day < until]
    county = sum(visit.county_pays_cents or 0 for visit in visits)
    own = sum(visit.you_pay_cents or 0 for visit in visits)
    return (
        Money(half_up_division(county, _CYCLE_WEEKS)),
        Money(half_up_division(own, _CYCLE_WEEKS)),
    )


def _reasons(wish: Wish, share: Share | None, held_plan: HeldPlan, means: Means) -> tuple[Finding, ...]:
    findings, window, held = [], means.window, held_plan.held
    if wish.ends_on is not None and wish.ends_on > window.last:
        days = {"first_day": window.first.isoformat(), "last_day": window.last.isoformat()}
        findings.append(report(OUTSIDE_VOUCHER_WINDOW, **days))
    stops = held.stopped_by if _must_fit(wish) or held.visits == 0 else None
    if stops is Limit.MONEY:
        first = held_plan.visits[0].county_pays_cents or 0
        planned = held_plan.planned_cents if _must_fit(wish) else Money(first)
        findings.append(report(OVER_AMOUNT, planned_cents=planned, left_cents=means.free_cents))
    units = sum(visit.visit.quantity for visit in held_plan.visits)
    if share is None and _must_fit(wish) and means.units_left is not None and units > means.units_left:
        stops = Limit.UNITS
    if stops is Limit.UNITS:
        findings.append(report(OVER_QUANTITY, left_hundredths=means.units_left or 0))
    per_week, limit = wish.quantity_per_week, means.period_limit
    is_over = per_week is not None and over_period(per_week, share, limit, wish.starts_on, means.others)
    if is_over or stops is Limit.PERIOD:
        findings.append(report(OVER_PERIOD_LIMIT))
    return tuple(findings)
