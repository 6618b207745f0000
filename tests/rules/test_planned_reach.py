"""How long a funding lasts by the visits that are planned, and the course of the plan visit by visit."""

from __future__ import annotations

from datetime import date

import pytest

from clearing.plans.facts.visits import Limit
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money
from marketplace.rules.alarms import AlarmKind, alarms_of
from marketplace.rules.outlook import Outlook
from marketplace.rules.planned_reach import PlanReach, as_planned
from marketplace.rules.weekly_course import PlannedUseByDay, weekly_course

WINDOW = DateWindow(date(2026, 1, 1), date(2026, 12, 31))
TODAY = date(2026, 11, 21)
EVEN = Outlook(Money(50_000), Money(9_000), date(2026, 12, 20), WINDOW)
MAY, JUNE = date(2026, 12, 3), date(2026, 12, 10)


@pytest.mark.parametrize(
    ("reaches", "lasts_until", "units_first"),
    [
        ([(WINDOW.last, None)], WINDOW.last, False),
        ([(MAY, Limit.MONEY)], MAY, False),
        ([(MAY, Limit.MONEY), (JUNE, Limit.UNITS)], MAY, False),
        ([(JUNE, Limit.MONEY), (MAY, Limit.UNITS)], MAY, True),
        ([(MAY, Limit.PERIOD), (JUNE, Limit.RULE)], WINDOW.last, False),
        ([(MAY, None), (JUNE, Limit.MONEY)], JUNE, False),
    ],
)
def test_the_first_plan_that_is_stopped_ends_it(
    reaches: list[tuple[date, Limit | None]], lasts_until: date, units_first: bool
) -> None:
    found = as_planned(EVEN, [PlanReach(*reach) for reach in reaches], Money(0))
    assert (found.lasts_until, found.units_end_first) == (lasts_until, units_first)


def test_without_planned_choices_the_pace_decides() -> None:
    assert as_planned(EVEN, [], Money(0)) is EVEN
    assert as_planned(EVEN, [PlanReach(MAY, None), PlanReach(None, None)], Money(0)) is EVEN


@pytest.mark.parametrize(("free", "alarms"), [(9_999, []), (10_000, [AlarmKind.ENDS_UNUSED])])
def test_what_no_visit_holds_stays_unused(free: int, alarms: list[AlarmKind]) -> None:
    found = as_planned(EVEN, [PlanReach(WINDOW.last, None)], Money(free))
    assert [alarm.kind for alarm in alarms_of(found, Money(100_000), {}, TODAY)] == alarms
    assert [alarm.unused_cents for alarm in alarms_of(found, Money(100_000), {}, TODAY)] == [free] * len(
        alarms
    )


def test_the_course_of_a_plan_steps_at_its_visits() -> None:
    window = DateWindow(date(2026, 11, 2), date(2026, 11, 29))
    plan = PlannedUseByDay(window.first, ((date(2026, 11, 9), 300), (date(2026, 11, 10), 200)))
    course = weekly_course(1_000, window, [], [plan], TODAY)
    assert [point.planned_left for point in course] == [700, 500, 500, 500]
