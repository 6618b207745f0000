"""A week as it is entered, and the plan that it makes."""

from __future__ import annotations

from datetime import date

import pytest

from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.plans.facts.plan import TimedPattern, VisitPlan
from clearing.plans.rules.plan_faults import plan_faults
from clearing.plans.rules.visits import visits_of
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Quantity
from marketplace.rules.week_entry import WeekVisit, plan_of_week, week_of_plan, week_of_text, week_text

MONDAY = date(2026, 11, 30)
WEEK = DateWindow(MONDAY, date(2026, 12, 6))
FIVE = 17 * 60
CALENDAR = TimeClasses.of(())


def visit(weekday: int | None, start: int | None, quantity: int) -> WeekVisit:
    return WeekVisit(weekday, start, Quantity(quantity))


def test_visits_alike_make_one_pattern() -> None:
    plan = plan_of_week(7, "hour", [visit(0, FIVE, 200), visit(3, FIVE, 200), visit(5, 600, 150)], MONDAY)
    assert [(sorted(each.weekdays), each.start_minute, each.length_minutes) for each in plan.timed] == [
        ([0, 3], FIVE, 120),
        ([5], 600, 90),
    ]
    days = [(found.day.weekday(), found.quantity) for found in visits_of(plan, CALENDAR, WEEK)]
    assert days == [(0, 200), (3, 200), (5, 150)]


def test_one_visit_without_a_time_makes_a_quantity_a_week() -> None:
    plan = plan_of_week(7, "hour", [visit(0, FIVE, 200), visit(None, None, 300)], MONDAY)
    assert (plan.timed, plan.loose is not None and plan.loose.quantity) == ((), 500)


def test_units_that_are_not_hours_keep_their_quantity() -> None:
    plan = plan_of_week(7, "piece", [visit(2, 660, 100), visit(4, 660, 200)], MONDAY)
    assert [each.quantity for each in plan.timed] == [100, 200]
    assert [found.quantity for found in visits_of(plan, CALENDAR, WEEK)] == [100, 200]


def test_the_same_visit_twice_is_an_overlap() -> None:
    plan = plan_of_week(7, "hour", [visit(0, FIVE, 200), visit(0, FIVE, 200)], MONDAY)
    assert [fault.code for fault in plan_faults(plan)] == ["visits_overlap"]


@pytest.mark.parametrize(
    "visits",
    [
        [visit(0, FIVE, 200), visit(3, 600, 50)],
        [visit(None, None, 600)],
        [visit(1, 0, 33), visit(6, 23 * 60, 1000)],
    ],
)
def test_a_week_comes_back_from_its_plan(visits: list[WeekVisit]) -> None:
    assert list(week_of_plan(plan_of_week(7, "hour", visits, MONDAY))) == visits


def test_a_week_comes_back_from_the_text_of_an_address() -> None:
    visits = (visit(0, FIVE, 200), visit(3, 540, 150))
    assert week_text(visits) == "0-1020-200_3-540-150"
    assert week_of_text(week_text(visits)) == visits
    for text in ("", "7-0-1", "0-1440-100", "0-60-0", "0-60", "_".join(["0-60-1"] * 15)):
        assert week_of_text(text) == ()


def test_a_plan_of_every_second_week_is_no_week() -> None:
    pattern = TimedPattern(frozenset({0}), FIVE, 60, MONDAY, every_weeks=2)
    assert week_of_plan(VisitPlan(7, "hour", timed=(pattern,))) == ()
