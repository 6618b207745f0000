"""A visit's state and charges, and what was planned and given in all."""

from __future__ import annotations

from datetime import UTC, date, datetime

from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.plans.facts.plan import Change, LoosePattern, TimedPattern, VisitId, VisitPlan
from county_desk.rules.planned_and_given import PlannedAndGiven, planned_and_given
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Quantity
from marketplace.rules.visit_charges import VisitCharge
from marketplace.rules.visit_list import VisitWithState, listed_visits, week_around

MONDAY = date(2026, 11, 16)
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
CALENDAR = TimeClasses.of(())
PLAN = VisitPlan(7, "hour", timed=(TimedPattern(frozenset({0, 1, 3, 6}), 17 * 60, 120, MONDAY),))


def charge(key: int, day: int, quantity: int = 200, visit: VisitId | None = None) -> VisitCharge:
    at = datetime(2026, 11, day, 15, tzinfo=UTC)
    return VisitCharge(key, date(2026, 11, day), at, Quantity(quantity), f"R-{key}", visit)


def states(plan: VisitPlan, *charges: VisitCharge) -> list[str]:
    return [visit.state.value for visit in listed(plan, *charges)]


def listed(plan: VisitPlan, *charges: VisitCharge) -> tuple[VisitWithState, ...]:
    return listed_visits(plan, CALENDAR, week_around(MONDAY), charges, NOW)


def test_the_states_of_a_week() -> None:
    plan = VisitPlan(7, "hour", PLAN.timed, changes=(Change(date(2026, 11, 17), 1, is_cancelled=True),))
    assert states(plan, charge(1, 16)) == ["charged", "cancelled", "unbilled", "planned"]


def test_a_charge_that_names_its_visit_counts_for_it_on_another_day() -> None:
    named = charge(1, 17, visit=VisitId(7, MONDAY, 1))
    assert states(PLAN, named) == ["charged", "unbilled", "unbilled", "planned"]


def test_a_second_charge_of_a_day_counts_for_no_other_visit() -> None:
    assert states(PLAN, charge(1, 16), charge(2, 16)) == ["charged", "unbilled", "unbilled", "planned"]


def test_help_without_times_adds_its_charges() -> None:
    loose = LoosePattern(Quantity(600), PeriodKind.WEEK, MONDAY)
    (week,) = listed(VisitPlan(7, "hour", loose=loose), charge(1, 16), charge(2, 20, 300))
    assert (week.state.value, week.charged_quantity, week.last_day) == ("planned", 500, date(2026, 11, 22))
    (week,) = listed(VisitPlan(7, "hour", loose=loose), charge(1, 16), charge(2, 20, 400))
    assert week.state.value == "charged"


def test_what_was_planned_and_given() -> None:
    plan = VisitPlan(7, "hour", PLAN.timed, changes=(Change(date(2026, 11, 17), 1, is_cancelled=True),))
    sums = planned_and_given(listed(plan, charge(1, 16, 150)))
    assert sums == PlannedAndGiven(Quantity(600), Quantity(150), 1, 1)


def test_a_window_before_the_plan_is_empty() -> None:
    window = DateWindow(date(2026, 11, 1), date(2026, 11, 8))
    assert listed_visits(PLAN, CALENDAR, window, (), NOW) == ()
