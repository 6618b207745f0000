"""Which visit a charge uses, and which changes of a plan its client hears of."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.plans.facts.plan import TimedPattern, VisitPlan
from clearing.plans.facts.visits import UsedVisit
from clearing.plans.rules.plan_changes import LONGEST_MOVE, PlanReach, must_be_reported
from clearing.plans.rules.unbilled import unbilled
from clearing.plans.rules.visits import visits_of
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity

MONDAY = date(2026, 11, 2)
PLAN = VisitPlan(7, "hour", timed=(TimedPattern(frozenset({0}), 600, 120, MONDAY),))
WEEK = timedelta(weeks=1)
REACH = PlanReach(date(2026, 12, 1), Money(1000))


def left_after(charge_day: date, today: date) -> list[date]:
    """Return the days of the visits of three Mondays that a charge of a day leaves."""
    visits = visits_of(PLAN, TimeClasses.of(()), DateWindow(MONDAY, MONDAY + 2 * WEEK))
    return [
        visit.day for visit in unbilled(PLAN, visits, [UsedVisit(charge_day, None, Quantity(100))], today)
    ]


# the day of the charge and today, in days after the first Monday; the weeks whose visits are left
EARLIEST = [
    (0, 0, [1, 2]),
    (1, 1, [1, 2]),  # the earliest until the day of the charge
    (-1, 3, [0, 1, 2]),  # before the first visit: of none
    (8, 9, [1, 2]),
]


@pytest.mark.parametrize(("day", "today", "left"), EARLIEST)
def test_a_charge_on_another_day_uses_the_earliest_visit(day: int, today: int, left: list[int]) -> None:
    days = left_after(MONDAY + timedelta(days=day), MONDAY + timedelta(days=today))
    assert days == [MONDAY + number * WEEK for number in left]


def test_a_late_charge_uses_the_earliest_visit_until_today() -> None:
    visits = visits_of(PLAN, TimeClasses.of(()), DateWindow(MONDAY, MONDAY + 2 * WEEK))
    charges = [UsedVisit(MONDAY + timedelta(days=day), None, Quantity(100)) for day in (0, 1)]
    until_today = unbilled(PLAN, visits, charges, MONDAY + WEEK)
    assert [visit.day for visit in until_today] == [MONDAY + 2 * WEEK]
    until_charge = unbilled(PLAN, visits, charges, MONDAY + timedelta(days=1))
    assert [visit.day for visit in until_charge] == [MONDAY + WEEK, MONDAY + 2 * WEEK]


# days by which the end moves and cents by which a unit grows; whether it is reported
CHANGES = [
    (7, 0, False),
    (-7, 0, False),
    (8, 0, True),
    (-8, 0, True),
    (0, 100, False),
    (0, 101, True),
    (0, -500, False),
]


@pytest.mark.parametrize(("days", "cents", "expected"), CHANGES)
def test_a_week_and_ten_percent_are_not_reported_but_more_is(days: int, cents: int, expected: bool) -> None:
    assert timedelta(days=7) == LONGEST_MOVE
    assert REACH.lasts_until is not None
    after = PlanReach(REACH.lasts_until + timedelta(days=days), Money(1000 + cents))
    assert must_be_reported(REACH, after) is expected
