"""A tried week shows what choosing its plans would hold, and what clearing would accept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clearing.plans.rules.holding import held, left_of
from clearing.plans.rules.plan_faults import plan_faults
from clearing.plans.rules.pricing import priced
from clearing.plans.rules.visits import visits_of
from foundation.vocabulary.dates import DateWindow
from marketplace.rules.trying import TriedPlan, try_plans
from tests.rules.random_plans import RandomPlans


def drawn(seed: int) -> list[TriedPlan]:
    """Return two plans on one funding: those of two seeds, the second with the setting of the first."""
    first, second = RandomPlans(seed).draw(), RandomPlans(seed + 100_000).draw()
    plans = (first, replace(second, plan=replace(second.plan, unit=first.plan.unit)))
    return [
        TriedPlan(each.plan, first.setting, each.window.first) for each in plans if not plan_faults(each.plan)
    ]


@pytest.mark.parametrize("seed", range(60))
def test_a_tried_week_is_what_its_plans_hold(seed: int) -> None:
    plans = drawn(seed)
    if not plans:
        return
    funding = plans[0].setting.funding
    left, expected_left = left_of(funding), left_of(funding)
    results = try_plans(plans, left)
    for tried, result in zip(plans, results, strict=True):
        window = DateWindow(tried.first_day, max(tried.first_day, funding.window.last))
        visits = priced(visits_of(tried.plan, tried.setting.calendar, window), tried.setting)
        expected = held(visits, funding, expected_left)
        fitting = visits[: expected.visits]
        assert result.held == expected
        assert result.last_visit_on == (fitting[-1].visit.day if fitting else None)
        own = [visit.price_cents - visit.county_pays_cents for visit in fitting]  # type: ignore[operator]
        assert result.you_pay_cents == sum(own)
    assert left.free_cents == funding.free_cents - sum(result.held.cents for result in results)


def test_the_second_plan_gets_what_the_first_one_leaves() -> None:
    draws = (RandomPlans(seed).draw() for seed in range(1000))
    found = next(each for each in draws if each.plan.timed and not plan_faults(each.plan))
    plan, money = TriedPlan(found.plan, found.setting, found.window.first), 10_000_000
    left = left_of(plan.setting.funding)
    left.free_cents = money
    (alone,) = try_plans([plan], left)
    left = left_of(plan.setting.funding)
    left.free_cents = money
    both = try_plans([plan, plan], left)
    assert left.free_cents == money - sum(each.held.cents for each in both)
    assert both[0] == alone
