"""A choice as a plan: what it takes a week, what is held, until when the money lasts, and what is left.

Held is the county's share of what is planned, at the price and in the time class that were shown. A plan by
the week without a last day goes on to the end of the window, or for as many whole weeks as the free money
pays; it is refused only if not even one week fits. Any other plan must fit altogether.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clearing.reasons import (
    OUTSIDE_VOUCHER_WINDOW,
    OVER_AMOUNT,
    OVER_PERIOD_LIMIT,
    OVER_QUANTITY,
    Finding,
    report,
)
from foundation.vocabulary.money import Money, Quantity, line_price
from marketplace.rules.comparison import Share
from marketplace.rules.other_plans import Means, over_period
from marketplace.rules.weeks import WEEK, weeks_between
from marketplace.rules.wishes import Wish


class PlanLimit(StrEnum):
    """What ends a plan: the voucher's last day or the plan's own, the free money, or the units left."""

    WINDOW = "window"
    MONEY = "money"
    UNITS = "units"


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


def make_plan(wish: Wish, share: Share | None, means: Means) -> tuple[Plan, tuple[Finding, ...]]:
    """Return the plan, and every reason why it cannot be held (empty: it can).

    Without a share nothing is held: what the visits cost the county is known when it decides their charges.
    """
    last_day = means.window.last if wish.ends_on is None else min(wish.ends_on, means.window.last)
    if wish.quantity_per_week is None:
        plan = _once(wish, share, means, last_day)
    else:
        plan = _weekly(wish, share, means, last_day)
    return plan, _reasons(wish, share, means, plan)


def _county_pays(units: Quantity, share: Share | None) -> Money:
    return line_price(units, share.county_pays_cents) if share else Money(0)


def _once(wish: Wish, share: Share | None, means: Means, last_day: date) -> Plan:
    units = wish.quantity or Quantity(0)
    cents = _county_pays(units, share)
    left = Money(max(0, means.free_cents - cents))
    return Plan(wish.starts_on, last_day, units, None, None, cents, cents, last_day, left)


def _weekly(wish: Wish, share: Share | None, means: Means, last_day: date) -> Plan:
    per_week = wish.quantity_per_week or Quantity(0)
    weekly = _county_pays(per_week, share)
    weeks = weeks_between(wish.starts_on, last_day)
    fits = _weeks_paid(weeks, per_week, weekly, means)
    paid_weeks, limit = fits if wish.ends_on is None else (weeks, PlanLimit.WINDOW)
    all_of_it = paid_weeks == weeks
    return Plan(
        first_day=wish.starts_on,
        last_day=last_day,
        units=Quantity(per_week * paid_weeks),
        county_per_week_cents=weekly if share else None,
        you_per_week_cents=line_price(per_week, share.you_pay_cents) if share else None,
        planned_cents=Money(weekly * weeks),
        held_cents=Money(weekly * paid_weeks),
        lasts_until=last_day if all_of_it else wish.starts_on + timedelta(days=WEEK * paid_weeks - 1),
        left_cents=Money(max(0, means.free_cents - weekly * paid_weeks)),
        stopped_by=limit,
    )


def _weeks_paid(weeks: int, per_week: Quantity, weekly_cents: Money, means: Means) -> tuple[int, PlanLimit]:
    """Return how many weeks the free money and the units left pay for, at least one; and what stops."""
    limits = [(weeks, PlanLimit.WINDOW)]
    if weekly_cents:
        limits.append((means.free_cents // weekly_cents, PlanLimit.MONEY))
    if means.units_left is not None and per_week:
        limits.append((means.units_left // per_week, PlanLimit.UNITS))
    fewest, limit = min(limits, key=lambda found: found[0])
    return max(1, fewest), limit


def _reasons(wish: Wish, share: Share | None, means: Means, plan: Plan) -> tuple[Finding, ...]:
    findings, window = [], means.window
    if wish.ends_on is not None and wish.ends_on > window.last:
        days = {"first_day": window.first.isoformat(), "last_day": window.last.isoformat()}
        findings.append(report(OUTSIDE_VOUCHER_WINDOW, **days))
    if plan.held_cents > means.free_cents:
        findings.append(report(OVER_AMOUNT, planned_cents=plan.held_cents, left_cents=means.free_cents))
    if means.units_left is not None and plan.units > means.units_left:
        findings.append(report(OVER_QUANTITY, left_hundredths=means.units_left))
    per_week, limit = wish.quantity_per_week, means.period_limit
    if per_week is not None and over_period(per_week, share, limit, wish.starts_on, means.others):
        findings.append(report(OVER_PERIOD_LIMIT))
    return tuple(findings)
