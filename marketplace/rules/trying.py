"""What a week would mean: the plans of several offerings on one funding, before anything is chosen.

The plans are priced by the rules that decide their charges, and held one after the other against what the
funding has left, as the plans of its choices are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clearing.plans.facts.plan import VisitPlan
from clearing.plans.facts.visits import Held, Left, Limit, PricedVisit
from clearing.plans.rules.holding import held
from clearing.plans.rules.pricing import Setting, priced
from clearing.plans.rules.visits import visits_of
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money
from marketplace.rules.weeks import WEEK


@dataclass(frozen=True, slots=True)
class TriedPlan:
    """A plan, by what it is priced, and its first day."""

    plan: VisitPlan
    setting: Setting
    first_day: date


@dataclass(frozen=True, slots=True)
class TriedResult:
    """What the plan of one offering would hold, and what its client would pay.

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


def try_plans(plans: Sequence[TriedPlan], left: Left) -> tuple[TriedResult, ...]:
    """Hold the plans in order against what their funding has left, which is reduced by them."""
    return tuple([_try(tried, left) for tried in plans])


def _try(tried: TriedPlan, left: Left) -> TriedResult:
    funding, calendar = tried.setting.funding, tried.setting.calendar
    window = DateWindow(tried.first_day, max(tried.first_day, funding.window.last))
    visits = priced(visits_of(tried.plan, calendar, window), tried.setting)
    holds = held(visits, funding, left)
    fitting = visits[: holds.visits]
    first_week = [each for each in fitting if each.visit.day < tried.first_day + timedelta(days=WEEK)]
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
