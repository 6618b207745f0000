"""A plan in use computes only the visits that a charge can use, and answers as if it had computed all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from clearing.charges.rules.days_in_use import DaysInUse
from clearing.charges.rules.plans_in_use import FURTHEST_DAYS, PlanInUse
from clearing.plans.facts.plan import CancellationFee, Change, TimedPattern, VisitId, VisitPlan
from clearing.plans.facts.visits import UsedVisit
from clearing.plans.rules.timed_visits import times_on
from foundation.vocabulary.money import Money, Quantity
from foundation.vocabulary.units import HOUR
from tests.rules.random_plans import WINDOW, RandomPlans

LATE_DAYS = 60
PLANS = 300


def opened(seed: int) -> tuple[PlanInUse, PlanInUse]:
    """Return a random plan in use some weeks after it began, and the same with all its visits."""
    drawn = RandomPlans(seed).draw()
    today = drawn.window.first + timedelta(days=Random(seed).randint(0, 40))
    choice = drawn.setting.funding.choices[0]
    plans = [PlanInUse.of(drawn.plan, choice, drawn.setting, today, LATE_DAYS) for _ in range(2)]
    plans[1].days = None
    plans[1].open_until(today + timedelta(days=FURTHEST_DAYS))
    return plans[0], plans[1]


def charges(seed: int, whole: PlanInUse) -> Iterator[UsedVisit]:
    """Yield charges: of a visit, named or not, at other times, twice on a day, on any other day."""
    random = Random(seed)
    for _ in range(6):
        day = whole.today - timedelta(days=random.randint(0, 30))
        visit = random.choice([*whole.left.values()]) if whole.left and random.random() < 0.7 else None
        if visit is None or visit.day > whole.today:
            yield UsedVisit(day, None, Quantity(100), visit.id if visit else None)
            continue
        start = visit.start and visit.start + timedelta(minutes=random.choice((-90, 0, 0, 30)))
        yield UsedVisit(visit.day, start, Quantity(100), random.choice((None, visit.id)))


@pytest.mark.parametrize("seed", range(PLANS))
def test_a_charge_uses_the_same_visit_as_with_all_of_them(seed: int) -> None:
    lazy, whole = opened(seed)
    for charge in charges(seed, whole):
        assert lazy.use(charge) == whole.use(charge)
    computed = {visit.id for visit in lazy.visits}
    assert lazy.left == {key: visit for key, visit in whole.left.items() if key in computed}


@pytest.mark.parametrize("seed", range(PLANS))
def test_stored_charges_have_used_the_same_visits(seed: int) -> None:
    """A plan that is opened again after some charges goes on as one that decided them all."""
    _, whole = opened(seed)
    for charge in charges(seed, whole):
        lazy = opened(seed)[0]
        lazy.chosen = replace(lazy.chosen, used=whole.chosen.used)
        lazy.days = DaysInUse.of(lazy.chosen, lazy.first_day)
        lazy.until = max([lazy.until, *(each.day for each in whole.chosen.used)])
        assert lazy.use(charge) == whole.use(charge)


def test_most_charges_need_only_their_own_day() -> None:
    alone = 0
    for lazy, whole in map(opened, range(PLANS)):
        given = next(
            (visit for visit in whole.left.values() if visit.start and visit.day <= lazy.today), None
        )
        if given is not None:
            lazy.use(UsedVisit(given.day, given.start, given.quantity))
            alone += lazy.days is not None
    assert alone > PLANS // 4


def test_visits_to_come_are_computed_for_a_charge_that_names_one() -> None:
    lazy, whole = next(pair for pair in map(opened, range(PLANS)) if pair[1].visits[-1].day > pair[0].until)
    assert len(lazy.visits) < len(whole.visits)
    last = whole.visits[-1]
    held = lazy.use(UsedVisit(lazy.today, last.start, last.quantity, last.id))
    assert held.days == {last.day}


def three_a_day(*changes: Change) -> tuple[PlanInUse, PlanInUse, date]:
    """Return a plan of three visits a day (1, 1, 2 hours), the same with all of them, and a day of it."""
    drawn = next(
        each
        for each in map(RandomPlans.draw, map(RandomPlans, range(PLANS)))
        if each.setting.funding.window.last == WINDOW.last
    )
    setting, today = drawn.setting, drawn.window.first + timedelta(days=20)
    patterns = [
        TimedPattern(frozenset(range(7)), 60 * hour, 60 * hours, drawn.window.first)
        for hour, hours in ((10, 1), (14, 1), (19, 2))
    ]
    plan = VisitPlan(drawn.plan.choice_id, HOUR, timed=tuple(patterns), changes=changes)
    setting = replace(setting, offering=replace(setting.offering, unit=HOUR))
    choice = replace(setting.funding.choices[0], last_day=None)
    lazy, whole = (PlanInUse.of(plan, choice, setting, today, LATE_DAYS) for _ in range(2))
    whole.days = None
    return lazy, whole, today - timedelta(days=2)


def test_charges_of_a_day_use_its_visits_in_the_order_of_their_start() -> None:
    """The one that comes later starts earlier: the visit nearest to it is its own, and 19:00 the other's."""
    lazy, whole, day = three_a_day()
    later, earlier = (UsedVisit(day, times_on(day, hour * 60, 0)[0], Quantity(100)) for hour in (16, 13))
    assert lazy.use(later) == whole.use(later)
    held = lazy.use(earlier)
    assert held == whole.use(earlier)
    assert (lazy.days is not None, held.hundredths) == (True, 200)
    assert [visit.start for visit in whole.left.values() if visit.day == day] == [times_on(day, 600, 0)[0]]


def test_a_visit_with_a_fee_is_used_by_a_charge_of_its_day() -> None:
    day = three_a_day()[2]
    fee = CancellationFee(50, Money(1000), Quantity(100))
    lazy, whole, day = three_a_day(Change(day, 2, is_cancelled=True, fee=fee))
    charge = UsedVisit(day, times_on(day, 14 * 60, 0)[0], Quantity(100))
    assert lazy.use(charge) == whole.use(charge)
    assert [visit.id.number for visit in lazy.left.values() if visit.day == day] == [1, 3]


@pytest.mark.parametrize("ahead", [FURTHEST_DAYS, FURTHEST_DAYS + 1])
def test_a_charge_uses_no_visit_that_is_too_far_ahead(ahead: int) -> None:
    lazy, whole, _ = three_a_day()
    day = lazy.today + timedelta(days=ahead)
    charge = UsedVisit(lazy.today, None, Quantity(100), VisitId(lazy.choice.id, day, 1))
    held = lazy.use(charge)
    assert held == whole.use(charge)
    assert held.days == ({day} if ahead == FURTHEST_DAYS else set())
