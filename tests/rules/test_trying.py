"""What a tried week shows of a plan: what it holds, and what its client pays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clearing.plans.rules.plan_faults import plan_faults
from clearing.plans.rules.replanning import ChosenPlan, hold_plans
from marketplace.rules.trying import tried_result
from tests.rules.random_plans import RandomPlans

TODAY = date(2026, 1, 1)


@pytest.mark.parametrize("seed", range(60))
def test_a_tried_plan_shows_its_held_visits(seed: int) -> None:
    drawn = RandomPlans(seed).draw()
    if plan_faults(drawn.plan):
        return
    funding, first_day = drawn.setting.funding, drawn.window.first
    held = hold_plans([ChosenPlan(drawn.plan, drawn.setting)], funding, TODAY, 0)[drawn.plan.choice_id]
    result = tried_result(held, first_day)
    fitting = held.visits[: held.held.visits]
    assert result.held == held.held
    assert result.last_visit_on == (fitting[-1].visit.day if fitting else None)
    own = [visit.price_cents - visit.county_pays_cents for visit in fitting]  # type: ignore[operator]
    assert result.you_pay_cents == sum(own)
    week = first_day + timedelta(days=7)
    first_week = [visit.county_pays_cents or 0 for visit in fitting if visit.visit.day < week]
    assert result.county_first_week_cents == sum(first_week)
