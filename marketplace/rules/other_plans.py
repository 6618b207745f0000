"""What the other choices of a funding still plan to use: a new plan gets what they leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from clearing.grants.facts.funding import PeriodLimit
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity, half_up_division, line_price
from marketplace.rules.comparison import Share
from marketplace.rules.weeks import WEEK, first_day_to_charge, weeks_between

WHOLE_WEEKS_IN = {PeriodKind.WEEK: 1, PeriodKind.MONTH: 4, PeriodKind.QUARTER: 12}
"""Whole weeks that every such period surely holds."""


@dataclass(frozen=True, slots=True)
class OtherPlan:
    """The plan of a choice in force: so many units a week or altogether (one of them).

    `charged` are the units charged on it, `charged_until` is the latest service day of them. `planned_cents`
    is the county's share of all of it, `held_cents` what the choice holds for the rest.
    """

    choice_id: int
    first_day: date
    last_day: date
    quantity: Quantity | None
    quantity_per_week: Quantity | None
    charged: Quantity
    charged_until: date | None
    planned_cents: Money
    held_cents: Money

    @property
    def units(self) -> int:
        """All units of the plan, in hundredths."""
        if self.quantity_per_week is None:
            return self.quantity or 0
        return self.quantity_per_week * weeks_between(self.first_day, self.last_day)

    @property
    def cents_per_week(self) -> int:
        """The county's share of a week, in cents; a plan altogether has none."""
        if self.quantity_per_week is None:
            return 0
        return half_up_division(self.planned_cents, weeks_between(self.first_day, self.last_day))


@dataclass(frozen=True, slots=True)
class Means:
    """What there is to use: free money, units (None: no limit), the window and the limit of a period.

    `units_left` are those that the plans of `others`, the other choices of the funding, leave.
    """

    free_cents: Money
    units_left: Quantity | None
    window: DateWindow
    period_limit: PeriodLimit | None
    others: tuple[OtherPlan, ...] = ()


def units_to_come(plan: OtherPlan, today: date, late_days: int) -> Quantity:
    """Return the units that a plan still takes: those to come, and those given that may still be charged.

    The money that the choice holds pays for no more than its share of the plan.
    """
    rest = max(0, plan.units - plan.charged)
    if plan.quantity_per_week is not None:
        first_day = first_day_to_charge(plan.first_day, plan.charged_until, today, late_days)
        weeks = weeks_between(first_day, plan.last_day) if first_day <= plan.last_day else 0
        rest = min(rest, plan.quantity_per_week * weeks)
    if plan.planned_cents:
        rest = min(rest, -(-plan.units * plan.held_cents // plan.planned_cents))
    return Quantity(rest)


def over_period(
    per_week: Quantity,
    share: Share | None,
    limit: PeriodLimit | None,
    starts_on: date,
    others: Iterable[OtherPlan] = (),
) -> bool:
    """Return whether as many weeks as every period surely holds go over its limit, the other plans counted.

    Another plan counts if it goes on for such a period beside the new one.
    """
    if limit is None:
        return False
    weeks = WHOLE_WEEKS_IN[limit.kind]
    beside = [plan for plan in others if plan.last_day >= starts_on + timedelta(days=weeks * WEEK - 1)]
    if limit.quantity is not None:
        units = per_week + sum(plan.quantity_per_week or 0 for plan in beside)
        if units * weeks > limit.quantity:
            return True
    if limit.amount_cents is None:
        return False
    own_cents = line_price(Quantity(per_week * weeks), share.county_pays_cents) if share else 0
    return own_cents + weeks * sum(plan.cents_per_week for plan in beside) > limit.amount_cents
