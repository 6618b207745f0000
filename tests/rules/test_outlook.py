"""How long the money lasts, and its course by week."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity
from marketplace.rules.outlook import Outlook, PlannedUse, look_ahead
from marketplace.rules.weekly_course import EvenUse, WeekPoint, weekly_course

MONDAY = date(2026, 11, 23)
WINDOW = DateWindow(date(2026, 1, 1), date(2026, 12, 31))


def day(offset: int) -> date:
    """Return a day so many days after the Monday."""
    return MONDAY + timedelta(days=offset)


PLAN = PlannedUse(MONDAY, MONDAY + timedelta(days=27), Money(12_000))
EVEN = EvenUse(PLAN.first_day, PLAN.last_day, PLAN.planned_cents)


def test_the_money_lasts_at_the_plans_pace() -> None:
    ahead = look_ahead(Money(6_000), WINDOW, [PLAN], [], MONDAY)
    assert (ahead.per_week_cents, ahead.lasts_until) == (3_000, MONDAY + timedelta(days=14))
    assert look_ahead(Money(90_000), WINDOW, [PLAN], [], MONDAY).lasts_to_the_end


def test_without_a_plan_the_pace_is_that_of_use_and_else_unknown() -> None:
    spent = [(MONDAY - timedelta(days=7 * week), Money(1_200)) for week in range(12)]
    assert look_ahead(Money(6_000), WINDOW, [], spent, MONDAY).per_week_cents == 1_200
    assert look_ahead(Money(6_000), WINDOW, [], [], MONDAY).lasts_until is None


def test_a_plan_grows_evenly() -> None:
    day_before = MONDAY - timedelta(days=1)
    assert [EVEN.until(day) for day in (day_before, MONDAY, WINDOW.last)] == [0, 429, 12_000]


def test_the_course_gives_the_past_and_the_plan_the_future() -> None:
    window = DateWindow(MONDAY, MONDAY + timedelta(days=27))
    spent = [(MONDAY, Money(2_000))]
    course = weekly_course(20_000, window, spent, [EVEN], MONDAY + timedelta(days=7))
    assert [point.left for point in course] == [18_000, None, None, None]
    assert course[-1].planned_left == 8_000
    assert course[-1].last_day == window.last


@pytest.mark.parametrize(
    ("days", "cents"),
    [(1, 8_400), (7, 8_400), (8, 4_200), (28, 2_100), (29, 1_680), (30, 1_680)],
)
def test_a_week_that_has_begun_counts_in_full(days: int, cents: int) -> None:
    assert PlannedUse(MONDAY, day(days - 1), Money(8_400)).per_week_cents() == cents


@pytest.mark.parametrize(
    ("left", "weekly", "today", "until"),
    [
        (6_000, 3_000, 0, 14),
        (6_999, 3_000, 0, 16),  # 16.33 days
        (0, 3_000, 0, 0),
        (6_000, 3_000, -400, -312),  # before the window, whose first day is 326 days before the Monday
        (16_286, 3_000, 0, 38),  # 38.0007 days reach the last day of the window
        (10**15, 1, 0, 38),
    ],
)
def test_the_last_day_that_the_money_reaches(left: int, weekly: int, today: int, until: int) -> None:
    plan = PlannedUse(MONDAY, day(6), Money(weekly))
    ahead = look_ahead(Money(left), WINDOW, [plan], [], day(today))
    assert ahead == Outlook(Money(left), Money(weekly), day(until), WINDOW)
    assert ahead.lasts_to_the_end is (until == 38)


def test_without_a_pace_only_what_is_left_is_known() -> None:
    ahead = look_ahead(Money(6_000), WINDOW, [], [], MONDAY)
    assert ahead == Outlook(Money(6_000), None, None, WINDOW)
    assert not ahead.lasts_to_the_end


@pytest.mark.parametrize(
    ("first_day", "spent", "cents"),
    [
        (-326, {-83: 12_000}, 1_000),  # twelve weeks, today included
        (-326, {-84: 12_000}, None),
        (-30, {-30: 5_000}, 1_000),  # the window's first day is in its fifth week
        (-30, {-31: 5_000}, None),
        (-28, {-28: 5_000}, 1_000),
        (-27, {-27: 4_000}, 1_000),
        (-6, {-6: 4_000}, 1_000),  # at least four weeks
        (0, {0: 4_000}, 1_000),
        (-326, {-83: 6, 0: 6}, 1),
    ],
)
def test_the_pace_of_use(first_day: int, spent: dict[int, int], cents: int | None) -> None:
    uses = [(day(offset), Money(amount)) for offset, amount in spent.items()]
    window = DateWindow(day(first_day), day(38))
    assert look_ahead(Money(6_000), window, [], uses, MONDAY).per_week_cents == cents


FOUR_WEEKS = DateWindow(MONDAY, day(27))


def test_plans_are_added_up() -> None:
    course = weekly_course(20_000, FOUR_WEEKS, (), [EVEN, EvenUse(day(8), day(8), 100)], MONDAY)
    assert [point.planned_left for point in course] == [16_571, 13_471, 10_471, 7_900]


@pytest.mark.parametrize(
    ("granted", "spent", "plans", "today", "course"),
    [
        pytest.param(
            20_000,
            {7: 2_000, 8: 1_000},
            [],
            8,
            {7: (18_000, None), 14: (17_000, None), 21: (None, None), 27: (None, None)},
            id="the week of today is shown, and nothing is planned",
        ),
        pytest.param(
            20_000,
            {6: 2_000, 7: 500},
            [EvenUse(day(7), day(13), 700)],
            7,
            {7: (17_500, 17_900), 14: (None, 17_300), 21: (None, 17_300), 27: (None, 17_300)},
            id="the plan starts from what was left before its first day",
        ),
        pytest.param(
            20_000,
            {},
            [EvenUse(day(8), day(27), 30_000)],
            0,
            {7: (None, None), 14: (None, 9_500), 21: (None, 0), 27: (None, 0)},
            id="a plan leaves nothing at the least",
        ),
    ],
)
def test_the_course_by_week(
    granted: int,
    spent: dict[int, int],
    plans: list[EvenUse],
    today: int,
    course: dict[int, tuple[int | None, int | None]],
) -> None:
    uses = [(day(offset), Money(amount)) for offset, amount in spent.items()]
    points = weekly_course(granted, FOUR_WEEKS, uses, plans, day(today))
    assert points == [WeekPoint(day(offset), *cents) for offset, cents in course.items()]


def test_the_units_of_all_plans_may_end_before_the_money() -> None:
    today, window = date(2026, 11, 29), DateWindow(date(2026, 7, 1), date(2027, 6, 30))
    plans = [
        PlannedUse(date(2026, 7, 1), window.last, Money(52 * 12_000), Quantity(1200)),
        PlannedUse(date(2026, 12, 1), window.last, Money(30 * 20_000), Quantity(2000)),
    ]
    rich = look_ahead(Money(10_000_000), window, plans, (), today, Quantity(66_600))
    # 666 hours last 146 days: two days at 12 a week, then 32 a week
    assert (rich.lasts_until, rich.units_end_first) == (today + timedelta(days=146), True)
    poor = look_ahead(Money(32_000), window, plans, (), today, Quantity(66_600))
    assert (poor.lasts_until, poor.units_end_first) == (today + timedelta(days=8), False)
    plenty = look_ahead(Money(10_000_000), window, plans, (), today, Quantity(600_000))
    assert (plenty.lasts_until, plenty.units_end_first) == (window.last, False)


def test_without_a_plan_the_units_end_at_the_pace_of_their_use() -> None:
    used = [(day(-7 * week), Quantity(200)) for week in range(12)]
    spent = [(day(-7 * week), Money(5_000)) for week in range(12)]
    ahead = look_ahead(Money(90_000), WINDOW, [], spent, MONDAY, Quantity(600), used)
    assert (ahead.per_week_units, ahead.units_end_first) == (200, True)
    assert ahead.lasts_until == day(21), "six hours at two a week, and the money would last longer"
    unknown = look_ahead(Money(90_000), WINDOW, [], [], MONDAY, Quantity(600), [])
    assert (unknown.per_week_units, unknown.lasts_until) == (None, None)


def test_each_plan_uses_its_own_days() -> None:
    today, window = date(2026, 11, 29), DateWindow(date(2026, 7, 1), date(2027, 6, 30))
    # twelve hours a week until 21 December, then five: 379 hours last to the end of the window
    plans = [
        PlannedUse(date(2026, 7, 1), date(2026, 12, 21), Money(120_000), Quantity(1200)),
        PlannedUse(date(2026, 12, 22), window.last, Money(140_000), Quantity(500)),
    ]
    changed = look_ahead(Money(10_000_000), window, plans, (), today, Quantity(37_900))
    assert (changed.lasts_until, changed.units_end_first) == (window.last, False)
    # 23 days at twelve hours a week take 39.43 hours; 5 hours last for a week more
    short = look_ahead(Money(10_000_000), window, plans, (), today, Quantity(3_943 + 500))
    assert (short.lasts_until, short.units_end_first) == (date(2026, 12, 29), True)
    assert short.per_week_units == 1200
