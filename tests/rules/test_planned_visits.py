"""The visits of a plan: weekdays, intervals, clocks, midnight, pauses and changes; then properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.plans.facts.plan import (
    FIRST_EXTRA_NUMBER,
    Change,
    LoosePattern,
    PartOfWeek,
    TimedPattern,
    TotalPattern,
    VisitPlan,
)
from clearing.plans.facts.visits import PlannedVisit
from clearing.plans.rules.plan_faults import PlanFault, plan_faults
from clearing.plans.rules.visits import visits_of
from foundation.vocabulary.dates import HELSINKI, DateWindow, PeriodKind
from foundation.vocabulary.money import Quantity
from tests.rules.facts_builder import FULL_CALENDAR

CALENDAR = TimeClasses.of(FULL_CALENDAR)
MONDAY = date(2026, 11, 23)
MONTH = DateWindow(MONDAY, MONDAY + timedelta(days=27))
MON, THU, SAT, SUN = 0, 3, 5, 6
EVENING = TimedPattern(frozenset({MON, THU}), 17 * 60, 120, MONDAY)
PLAN = VisitPlan(700, "hour", timed=(EVENING,))


def visits(plan: VisitPlan, window: DateWindow = MONTH) -> tuple[PlannedVisit, ...]:
    """Return the visits of a plan."""
    return visits_of(plan, CALENDAR, window)


def days(plan: VisitPlan, window: DateWindow = MONTH) -> list[int]:
    """Return how many days after the Monday each visit is."""
    return [(visit.day - MONDAY).days for visit in visits(plan, window)]


def timed(**changes: object) -> VisitPlan:
    """Return the plan with its pattern changed."""
    return replace(PLAN, timed=(replace(EVENING, **changes),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [0, 3, 7, 10, 14, 17, 21, 24]),
        ({"every_weeks": 2}, [0, 3, 14, 17]),
        ({"every_weeks": 4}, [0, 3]),
        # from a Thursday: its own week is the first one
        ({"every_weeks": 2, "first_day": MONDAY + timedelta(days=3)}, [3, 14, 17]),
        ({"first_day": MONDAY - timedelta(days=7), "every_weeks": 2}, [7, 10, 21, 24]),
        ({"last_day": MONDAY + timedelta(days=10)}, [0, 3, 7, 10]),
        ({"last_day": MONDAY + timedelta(days=9)}, [0, 3, 7]),
        ({"weekdays": frozenset({SUN})}, [6, 13, 20, 27]),
    ],
)
def test_weekdays_and_intervals(changes: dict[str, object], expected: list[int]) -> None:
    assert days(timed(**changes)) == expected


def test_a_visit_has_its_time_classes_by_the_minute() -> None:
    first = visits(PLAN)[0]
    assert first.parts == (("weekday", 60), ("evening", 60))
    assert (first.quantity, first.id) == (200, (700, MONDAY, 1))
    independence_day = visits(timed(weekdays=frozenset({SUN})))[1]
    assert (independence_day.day, independence_day.parts) == (
        date(2026, 12, 6),
        (("sunday_or_holiday", 120),),
    )


@pytest.mark.parametrize(
    ("day", "start", "length", "starts", "ends", "parts"),
    [
        # over midnight, from Saturday to Sunday
        (date(2026, 11, 28), 22 * 60, 240, "22:00+02:00", "02:00+02:00",
         (("saturday", 120), ("sunday_or_holiday", 120))),
        # the clocks go forward at three: that hour is skipped
        (date(2026, 3, 28), 22 * 60, 480, "22:00+02:00", "07:00+03:00",
         (("saturday", 120), ("sunday_or_holiday", 360))),
        (date(2026, 3, 29), 3 * 60 + 30, 60, "04:30+03:00", "05:30+03:00", (("sunday_or_holiday", 60),)),
        # they go back at four: half past three is the first of two
        (date(2026, 10, 25), 3 * 60 + 30, 60, "03:30+03:00", "03:30+02:00", (("sunday_or_holiday", 60),)),
        (date(2026, 10, 24), 22 * 60, 480, "22:00+03:00", "05:00+02:00",
         (("saturday", 120), ("sunday_or_holiday", 360))),
    ],
)  # fmt: skip
def test_midnight_and_the_changes_of_the_clocks(
    day: date, start: int, length: int, starts: str, ends: str, parts: object
) -> None:
    pattern = TimedPattern(frozenset({day.weekday()}), start, length, day)
    (visit,) = visits(replace(PLAN, timed=(pattern,)), DateWindow(day, day))
    assert visit.start is not None
    assert visit.end is not None
    shown = [each.astimezone(HELSINKI).isoformat() for each in (visit.start, visit.end)]
    assert [each[11:16] + each[19:] for each in shown] == [starts, ends]
    assert (visit.parts, visit.quantity) == (parts, length * 100 // 60)


def test_pauses_leave_visits_out() -> None:
    away = (DateWindow(MONDAY + timedelta(days=3), MONDAY + timedelta(days=9)),)
    assert days(replace(PLAN, pauses=away)) == [0, 10, 14, 17, 21, 24]


THURSDAY = MONDAY + timedelta(days=3)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change(THURSDAY, 1, is_cancelled=True), [(0, 200), (7, 200)]),
        (Change(THURSDAY, 1, to_day=MONDAY + timedelta(days=4)), [(0, 200), (4, 200), (7, 200)]),
        (Change(THURSDAY, 1, length_minutes=30), [(0, 200), (3, 50), (7, 200)]),
        (Change(MONDAY + timedelta(days=5), FIRST_EXTRA_NUMBER, start_minute=600, length_minutes=60),
         [(0, 200), (3, 200), (5, 100), (7, 200)]),
        # moved from outside of the window into it, and out of it
        (Change(MONDAY + timedelta(days=10), 1, to_day=MONDAY + timedelta(days=6)),
         [(0, 200), (3, 200), (6, 200), (7, 200)]),
        (Change(THURSDAY, 1, to_day=MONDAY + timedelta(days=8)), [(0, 200), (7, 200)]),
    ],
)  # fmt: skip
def test_changes_of_single_visits(change: Change, expected: list[tuple[int, int]]) -> None:
    found = visits(replace(PLAN, changes=(change,)), DateWindow(MONDAY, MONDAY + timedelta(days=7)))
    assert [((visit.day - MONDAY).days, visit.quantity) for visit in found] == expected


def test_a_moved_visit_keeps_its_id() -> None:
    moved = replace(PLAN, changes=(Change(THURSDAY, 1, to_day=MONDAY + timedelta(days=4)),))
    assert [visit.id for visit in visits(moved)] == [visit.id for visit in visits(PLAN)]


@pytest.mark.parametrize(
    ("pattern", "pauses", "expected"),
    [
        (LoosePattern(Quantity(600), PeriodKind.WEEK, MONDAY), (),
         [(0, 600), (7, 600), (14, 600), (21, 600)]),
        (LoosePattern(Quantity(600), PeriodKind.WEEK, MONDAY, MONDAY + timedelta(days=7)), (),
         [(0, 600), (7, 600)]),
        (LoosePattern(Quantity(4000), PeriodKind.MONTH, MONDAY), (), [(0, 1067), (8, 4000)]),
        (LoosePattern(Quantity(4000), PeriodKind.MONTH, MONDAY, MONDAY + timedelta(days=17)), (),
         [(0, 1067), (8, 1290)]),
        (LoosePattern(Quantity(4000), PeriodKind.MONTH, MONDAY), ((0, 1), (10, 40)), [(2, 800), (8, 258)]),
        (LoosePattern(Quantity(700), PeriodKind.WEEK, MONDAY), ((0, 1), (7, 13)),
         [(2, 500), (14, 700), (21, 700)]),
    ],
)  # fmt: skip
def test_loose_plans(
    pattern: LoosePattern, pauses: tuple[tuple[int, int], ...], expected: list[tuple[int, int]]
) -> None:
    away = tuple(DateWindow(MONDAY + timedelta(days=a), MONDAY + timedelta(days=b)) for a, b in pauses)
    found = visits(VisitPlan(700, "hour", loose=pattern, pauses=away))
    assert [((visit.day - MONDAY).days, visit.quantity) for visit in found] == expected
    assert {visit.id.number for visit in found} == {0}


@pytest.mark.parametrize("per", [PeriodKind.WEEK, PeriodKind.MONTH])
@pytest.mark.parametrize("days_before", [1, 2, 40])
def test_a_choice_that_was_ended_before_it_began_has_no_visits(per: PeriodKind, days_before: int) -> None:
    loose = LoosePattern(Quantity(4000), per, MONDAY)
    ended = MONDAY - timedelta(days=days_before)
    assert visits(VisitPlan(700, "hour", loose=loose, last_day=ended)) == ()


@pytest.mark.parametrize(
    ("part", "time_class"),
    [(None, "weekday"), ("daytime", "weekday"), ("evening", "evening"), ("night", "night"),
     ("saturday", "saturday"), ("sunday", "sunday_or_holiday")],
)  # fmt: skip
def test_a_part_of_the_week_has_a_time_class(part: str | None, time_class: str) -> None:
    pattern = LoosePattern(
        Quantity(600), PeriodKind.WEEK, MONDAY, None, None if part is None else PartOfWeek(part)
    )
    assert visits(VisitPlan(700, "hour", loose=pattern))[0].parts == ((time_class, 1),)


@given(
    units=st.integers(1, 400),
    length=st.integers(0, 200),
    away=st.tuples(st.integers(-5, 100), st.integers(0, 60)),
    unit=st.sampled_from(["hour", "visit", "km"]),
)
def test_a_total_is_given_altogether(units: int, length: int, away: tuple[int, int], unit: str) -> None:
    pattern = TotalPattern(Quantity(units * 100), MONDAY, MONDAY + timedelta(days=length))
    first = MONDAY + timedelta(days=away[0])
    pause = DateWindow(first, first + timedelta(days=away[1]))
    paused_for_good = pause.first <= MONDAY and pause.last >= MONDAY + timedelta(days=length + 7)
    found = visits(
        VisitPlan(700, unit, total=pattern, pauses=(pause,)),
        DateWindow(MONDAY, MONDAY + timedelta(days=400)),
    )
    assert sum(visit.quantity for visit in found) == (0 if paused_for_good else units * 100)
    assert all(visit.day not in pause for visit in found)
    assert unit != "visit" or all(visit.quantity % 100 == 0 for visit in found)


patterns = st.builds(
    TimedPattern,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    start_minute=st.integers(0, 1439),
    length_minutes=st.integers(1, 35 * 60),
    first_day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    every_weeks=st.sampled_from([1, 2, 4]),
)


@given(pattern=patterns, offset=st.integers(0, 200), length=st.integers(0, 60))
def test_windows_add_up_and_ids_are_unique(pattern: TimedPattern, offset: int, length: int) -> None:
    plan = replace(PLAN, timed=(pattern, replace(pattern, first_day=pattern.first_day + timedelta(days=3))))
    first = pattern.first_day + timedelta(days=offset)
    whole = visits(plan, DateWindow(first, first + timedelta(days=2 * length + 1)))
    halves = (
        *visits(plan, DateWindow(first, first + timedelta(days=length))),
        *visits(plan, DateWindow(first + timedelta(days=length + 1), first + timedelta(days=2 * length + 1))),
    )
    assert whole == halves
    assert len({visit.id for visit in whole}) == len(whole)
    for visit in whole:
        assert visit.start is not None
        assert visit.end is not None
        assert visit.end - visit.start == timedelta(minutes=pattern.length_minutes)
        assert sum(minutes for _, minutes in visit.parts) == pattern.length_minutes
        assert visit.start.tzinfo is UTC
        assert visit.start.astimezone(HELSINKI).date() == visit.day


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (PLAN, []),
        (VisitPlan(700, "hour"), [("one_kind_of_plan", "plan")]),
        (replace(PLAN, total=TotalPattern(Quantity(1), MONDAY, MONDAY)), [("one_kind_of_plan", "plan")]),
        (timed(weekdays=frozenset()), [("weekdays_missing", "plan.timed.0.weekdays")]),
        (timed(weekdays=frozenset({7})), [("weekday_unknown", "plan.timed.0.weekdays")]),
        (timed(start_minute=1440), [("time_unknown", "plan.timed.0.start")]),
        (timed(length_minutes=0), [("length_not_possible", "plan.timed.0.length")]),
        (timed(length_minutes=36 * 60), [("length_not_possible", "plan.timed.0.length")]),
        (timed(every_weeks=3), [("interval_unknown", "plan.timed.0.every_weeks")]),
        (timed(last_day=MONDAY - timedelta(days=1)), [("ends_before_start", "plan.timed.0.to")]),
        (timed(quantity=Quantity(0)), [("amount_not_positive", "plan.timed.0.quantity")]),
        (timed(weekdays=frozenset({0, 1}), length_minutes=25 * 60),
         [("visits_overlap", "plan.timed.0.start")]),
        (replace(PLAN, timed=(EVENING, replace(EVENING, start_minute=18 * 60))),
         [("visits_overlap", "plan.timed.1.start")]),
        (replace(PLAN, timed=(EVENING, replace(EVENING, start_minute=19 * 60))), []),
        (replace(PLAN, timed=(), loose=LoosePattern(Quantity(0), PeriodKind.WEEK, MONDAY,
                                                    MONDAY - timedelta(days=1))),
         [("amount_not_positive", "plan.loose.quantity"), ("ends_before_start", "plan.loose.to")]),
        (replace(PLAN, pauses=(DateWindow(THURSDAY, MONDAY),)), [("ends_before_start", "plan.pauses.0.to")]),
        (replace(PLAN, changes=(Change(THURSDAY, 1, length_minutes=60),
                                Change(THURSDAY, FIRST_EXTRA_NUMBER, start_minute=17 * 60 + 59,
                                       length_minutes=60))),
         [("visits_overlap", "plan.changes.1")]),
        (replace(PLAN, changes=(Change(MONDAY + timedelta(days=1), 1),)),
         [("visit_unknown", "plan.changes.0.day")]),
        (replace(PLAN, changes=(Change(MONDAY, 2), Change(MONDAY, 1), Change(MONDAY, 1, start_minute=-1))),
         [("visit_unknown", "plan.changes.0.day"), ("visit_changed_twice", "plan.changes.2"),
          ("time_unknown", "plan.changes.2.start")]),
    ],
)  # fmt: skip
def test_faults_of_a_plan(plan: VisitPlan, expected: list[tuple[str, str]]) -> None:
    assert list(plan_faults(plan)) == [PlanFault(*fault) for fault in expected]
