"""A choice as a plan: what it takes a week, what is held, until when the money lasts, and what is left.

Held is the county's share of what is planned, at the typical price and time class. A plan by the week
without a last day goes on to the end of the window, or as many whole weeks as the free money pays; it is
refused only when not even one week fits. A plan with a last day or a whole quantity must fit altogether.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from clearing.grants.facts.funding import PeriodLimit
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity, line_price
from marketplace.rules import reasons as r
from marketplace.rules.comparison import Share
from marketplace.rules.reasons import Finding, report

UNDO_DAYS = 7
WEEK = 7
WHOLE_WEEKS_IN = {PeriodKind.WEEK: 1, PeriodKind.MONTH: 4, PeriodKind.QUARTER: 12}
"""Whole weeks that every such period surely holds."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the client asks for: from a day on, so many units a week or altogether (one of them)."""

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
    """The plan in money; ``per_week`` is None for a whole quantity; ``left_cents`` is what stays free."""

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
        """Whether the money lasts for the whole plan."""
        return self.lasts_until >= self.last_day


def make_plan(wish: Wish, share: Share, means: Means) -> tuple[Plan, tuple[Finding, ...]]:
    """The plan, and every reason why it cannot be held (empty: it can)."""
    last_day = means.window.last if wish.ends_on is None else min(wish.ends_on, means.window.last)
    if wish.quantity_per_week is None:
        plan = _whole(wish, share, means, last_day)
    else:
        plan = _weekly(wish, share, means, last_day)
    return plan, _reasons(wish, share, means, plan)


def _whole(wish: Wish, share: Share, means: Means, last_day: date) -> Plan:
    units = wish.quantity or Quantity(0)
    cents = line_price(units, share.county_pays_cents)
    left = Money(max(0, means.free_cents - cents))
    return Plan(wish.starts_on, last_day, units, None, None, cents, cents, last_day, left)


def _weekly(wish: Wish, share: Share, means: Means, last_day: date) -> Plan:
    per_week = wish.quantity_per_week or Quantity(0)
    weekly = line_price(per_week, share.county_pays_cents)
    weeks = max(1, -(-((last_day - wish.starts_on).days + 1) // WEEK))
    paid_weeks = weeks if wish.ends_on is not None else _weeks_paid(weeks, per_week, weekly, means)
    all_of_it = paid_weeks == weeks
    return Plan(
        first_day=wish.starts_on,
        last_day=last_day,
        units=Quantity(per_week * paid_weeks),
        county_per_week_cents=weekly,
        you_per_week_cents=line_price(per_week, share.you_pay_cents),
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


def _reasons(wish: Wish, share: Share, means: Means, plan: Plan) -> tuple[Finding, ...]:
    findings = []
    if wish.ends_on is not None and wish.ends_on > means.window.last:
        window = means.window
        findings.append(
            report(
                r.OUTSIDE_VOUCHER_WINDOW, first_day=window.first.isoformat(), last_day=window.last.isoformat()
            )
        )
    if plan.held_cents > means.free_cents:
        findings.append(report(r.OVER_AMOUNT, planned_cents=plan.held_cents, left_cents=means.free_cents))
    if means.units_left is not None and plan.units > means.units_left:
        findings.append(report(r.OVER_QUANTITY, left_hundredths=means.units_left))
    if wish.quantity_per_week is not None and _over_period(wish.quantity_per_week, share, means.period_limit):
        findings.append(report(r.OVER_PERIOD_LIMIT))
    return tuple(findings)


def _over_period(per_week: Quantity, share: Share, limit: PeriodLimit | None) -> bool:
    """Whether the weeks that every period surely holds already go over its limit."""
    if limit is None:
        return False
    units = Quantity(per_week * WHOLE_WEEKS_IN[limit.kind])
    if limit.quantity is not None and units > limit.quantity:
        return True
    return limit.amount_cents is not None and line_price(units, share.county_pays_cents) > limit.amount_cents
