"""A choice as a plan: what it takes a week, what is held, until when the money lasts, and what is left.

Held is the county's share of what is planned, at the price and in the time class that were shown. A plan by
the week without a last day goes on to the end of the window, or for as many whole weeks as the free money
pays; it is refused only if not even one week fits. Any other plan must fit altogether.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from clearing.grants.facts.funding import PeriodLimit
from clearing.reasons import (
    OUTSIDE_VOUCHER_WINDOW,
    OVER_AMOUNT,
    OVER_PERIOD_LIMIT,
    OVER_QUANTITY,
    Finding,
    report,
)
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity, line_price
from marketplace.rules.comparison import Share
from marketplace.rules.weeks import WEEK, weeks_between

WHOLE_WEEKS_IN = {PeriodKind.WEEK: 1, PeriodKind.MONTH: 4, PeriodKind.QUARTER: 12}
"""Whole weeks that every such period surely holds."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the client plans: from a day on, so many units a week or altogether (one of them)."""

    starts_on: date
    ends_on: date | None
    quantity: Quantity | None
    quantity_per_week: Quantity | None


@dataclass(frozen=True, slots=True)
class Means:
    """What there is to use: free money, units left (None: no limit), the window and the limit of a period."""

    free_cents: Money
    units_left: Quantity | None
    window: DateWindow
    period_limit: PeriodLimit | None


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
    paid_weeks = weeks if wish.ends_on is not None else _weeks_paid(weeks, per_week, weekly, means)
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
    )


def _weeks_paid(weeks: int, per_week: Quantity, weekly_cents: Money, means: Means) -> int:
    """Return how many of the weeks the free money and the units left pay for; at least one."""
    limits = [weeks]
    if weekly_cents:
        limits.append(means.free_cents // weekly_cents)
    if means.units_left is not None and per_week:
        limits.append(means.units_left // per_week)
    return max(1, min(limits))


def _reasons(wish: Wish, share: Share | None, means: Means, plan: Plan) -> tuple[Finding, ...]:
    findings, window = [], means.window
    if wish.ends_on is not None and wish.ends_on > window.last:
        days = {"first_day": window.first.isoformat(), "last_day": window.last.isoformat()}
        findings.append(report(OUTSIDE_VOUCHER_WINDOW, **days))
    if plan.held_cents > means.free_cents:
        findings.append(report(OVER_AMOUNT, planned_cents=plan.held_cents, left_cents=means.free_cents))
    if means.units_left is not None and plan.units > means.units_left:
        findings.append(report(OVER_QUANTITY, left_hundredths=means.units_left))
    if wish.quantity_per_week is not None and _over_period(wish.quantity_per_week, share, means.period_limit):
        findings.append(report(OVER_PERIOD_LIMIT))
    return tuple(findings)


def _over_period(per_week: Quantity, share: Share | None, limit: PeriodLimit | None) -> bool:
    """Return whether as many weeks as every period surely holds already go over its limit."""
    if limit is None:
        return False
    units = Quantity(per_week * WHOLE_WEEKS_IN[limit.kind])
    if limit.quantity is not None and units > limit.quantity:
        return True
    return limit.amount_cents is not None and _county_pays(units, share) > limit.amount_cents
