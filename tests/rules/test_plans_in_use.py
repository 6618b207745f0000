"""A plan in use computes only the visits that a charge can use, and answers as if it had computed all."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest

from clearing.charges.rules.plans_in_use import FURTHEST_DAYS, PlanInUse
from clearing.plans.facts.visits import UsedVisit
from foundation.vocabulary.money import Quantity
from tests.rules.random_plans import RandomPlans

LATE_DAYS = 60
PLANS = 300


def opened(seed: int) -> tuple[PlanInUse, PlanInUse]:
    """Return a random plan in use some weeks after it began, and the same with all its visits."""
    drawn = RandomPlans(seed).draw()
    today = drawn.window.first + timedelta(days=Random(seed).randint(0, 40))
    choice = drawn.setting.funding.choices[0]
    plans = [PlanInUse.of(drawn.plan, choice, drawn.setting, today, LATE_DAYS) for _ in range(2)]
    plans[1].open_until(today + timedelta(days=FURTHEST_DAYS))
    return plans[0], plans[1]


@pytest.mark.parametrize("seed", range(PLANS))
def test_a_charge_uses_the_same_visit_as_with_all_of_them(seed: int) -> None:
    lazy, whole = opened(seed)
    random = Random(seed)
    for _ in range(6):
        day = lazy.today - timedelta(days=random.randint(0, 30))
        visit = random.choice([*whole.left.values()]) if whole.left and random.random() < 0.5 else None
        charge = UsedVisit(day, visit.start if visit else None, Quantity(100), visit.id if visit else None)
        assert lazy.use(charge) == whole.use(charge)
    computed = {visit.id for visit in lazy.visits}
    assert lazy.left == {key: visit for key, visit in whole.left.items() if key in computed}


def test_visits_to_come_are_computed_for_a_charge_that_names_one() -> None:
    lazy, whole = next(pair for pair in map(opened, range(PLANS)) if pair[1].visits[-1].day > pair[0].until)
    assert len(lazy.visits) < len(whole.visits)
    last = whole.visits[-1]
    held = lazy.use(UsedVisit(lazy.today, last.start, last.quantity, last.id))
    assert held.days == {last.day}
