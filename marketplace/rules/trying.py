"""What a week would mean: what the plan of an offering would hold and cost, before anything is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from clearing.plans.facts.visits import Held, Limit, PricedVisit
from clearing.plans.rules.replanning import HeldPlan
from foundation.vocabulary.money import Money, Quantity
from marketplace.rules.weeks import WEEK


@dataclass(frozen=True, slots=True)
class TriedResult:
    """What a plan would hold from a day on, and what its client would pay.

    `last_visit_on` is the day of the last visit that fits; None if no visit fits. The client's own sums are
    those of visits that fit, None if one of their shares is not known. `is_estimate`: some visit has no times
    and its price depends on them.
    """

    held: Held
    last_visit_on: date | None
    you_pay_first_week_cents: Money | None
    you_pay_cents: Money | None
    county_first_week_cents: Money
    is_estimate: bool

    @property
    def limit(self) -> Limit | None:
        """What stops the plan before the last day of the voucher; None if nothing does."""
        return self.held.stopped_by


def tried_result(planned: HeldPlan, first_day: date) -> TriedResult:
    """Return what a held plan means for its client from a day on."""
    fitting = [each for each in planned.visits[: planned.held.visits] if each.visit.day >= first_day]
    first_week = [each for each in fitting if each.visit.day < first_day + timedelta(days=WEEK)]
    holds = replace(
        planned.held,
        cents=Money(sum(each.county_pays_cents or 0 for each in fitting)),
        quantity=Quantity(sum(each.visit.quantity for each in fitting)),
        visits=len(fitting),
    )
    return TriedResult(
        held=holds,
        last_visit_on=fitting[-1].visit.day if fitting else None,
        you_pay_first_week_cents=_you_pay(first_week),
        you_pay_cents=_you_pay(fitting),
        county_first_week_cents=Money(sum(each.county_pays_cents or 0 for each in first_week)),
        is_estimate=any(each.is_estimate for each in fitting),
    )


def _you_pay(visits: Sequence[PricedVisit]) -> Money | None:
    shares = [visit.you_pay_cents for visit in visits]
    known = [cents for cents in shares if cents is not None]
    return Money(sum(known)) if len(known) == len(shares) else None
