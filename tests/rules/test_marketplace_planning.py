"""A choice as a plan, and how long the money lasts: edges first, then what always holds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.grants.facts.funding import PeriodLimit
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity
from marketplace.rules.comparison import Share
from marketplace.rules.outlook import PlannedUse, look_ahead, planned_until_cents, weekly_course
from marketplace.rules.planning import Means, Plan, Wish, make_plan
from marketplace.rules.reasons import REASONS

MONDAY = date(2026, 11, 23)
WINDOW = DateWindow(date(2026, 1, 1), date(2026, 12, 31))
SHARE = Share(Money(3600), Money(3000), Money(600))


def means(free: int, *, left: int | None = None, limit: PeriodLimit | None = None) -> Means:
    """So much free money in the usual window."""
    return Means(Money(free), None if left is None else Quantity(left), WINDOW, limit)


def weekly(hundredths: int, ends_on: date | None = None) -> Wish:
    """So many units a week from a Monday on."""
    return Wish(MONDAY, ends_on, None, Quantity(hundredths))


def whole(hundredths: int) -> Wish:
    """So many units altogether."""
    return Wish(MONDAY, None, Quantity(hundredths), None)


def codes(outcome: tuple[Plan, tuple[object, ...]]) -> list[str]:
    """The reasons' codes."""
    return [told.code for told in outcome[1]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("free", "held", "until", "left"),
    [
        (18_000, 18_000, date(2026, 12, 31), 0),
        (17_999, 15_000, date(2026, 12, 27), 2_999),
        (3_000, 3_000, date(2026, 11, 29), 0),
        (20_000, 18_000, date(2026, 12, 31), 2_000),
    ],
)
def test_a_weekly_plan_lasts_as_long_as_its_whole_weeks(free: int, held: int, until: date, left: int) -> None:
    plan, told = make_plan(weekly(100), SHARE, means(free))
    assert (plan.held_cents, plan.lasts_until, plan.left_cents, told) == (held, until, left, ())
    assert plan.lasts_to_the_end == (until == WINDOW.last)
    assert (plan.county_per_week_cents, plan.you_per_week_cents) == (3000, 600)


def test_not_even_one_week_is_refused() -> None:
    assert codes(make_plan(weekly(100), SHARE, means(2_999))) == ["over_amount"]


def test_a_plan_with_a_last_day_must_fit_altogether() -> None:
    two_weeks = weekly(100, MONDAY + timedelta(days=13))
    assert codes(make_plan(two_weeks, SHARE, means(6_000))) == []
    assert codes(make_plan(two_weeks, SHARE, means(5_999))) == ["over_amount"]


def test_a_last_day_after_the_window_is_told() -> None:
    after = weekly(100, WINDOW.last + timedelta(days=1))
    assert codes(make_plan(after, SHARE, means(100_000))) == ["outside_voucher_window"]


@pytest.mark.parametrize(("free", "told"), [(3_000, []), (2_999, ["over_amount"])])
def test_a_whole_quantity_must_fit(free: int, told: list[str]) -> None:
    assert codes(make_plan(whole(100), SHARE, means(free))) == told


def test_units_left_shorten_a_weekly_plan_and_refuse_a_whole_one() -> None:
    plan, told = make_plan(weekly(100), SHARE, means(100_000, left=250))
    assert (plan.held_cents, told) == (6_000, ())
    assert codes(make_plan(whole(251), SHARE, means(100_000, left=250))) == ["over_quantity"]
    assert codes(make_plan(whole(250), SHARE, means(100_000, left=250))) == []


@pytest.mark.parametrize(
    ("kind", "limit", "told"),
    [
        (PeriodKind.WEEK, 100, []),
        (PeriodKind.WEEK, 99, ["over_period_limit"]),
        (PeriodKind.MONTH, 400, []),
        (PeriodKind.MONTH, 399, ["over_period_limit"]),
        (PeriodKind.QUARTER, 1199, ["over_period_limit"]),
    ],
)
def test_the_limit_of_a_period(kind: PeriodKind, limit: int, told: list[str]) -> None:
    in_units = PeriodLimit(kind, None, Quantity(limit))
    in_money = PeriodLimit(kind, Money(limit * 30), None)
    assert codes(make_plan(weekly(100), SHARE, means(100_000, limit=in_units))) == told
    assert codes(make_plan(weekly(100), SHARE, means(100_000, limit=in_money))) == told


def test_a_free_share_holds_nothing() -> None:
    plan, told = make_plan(weekly(100), Share(Money(500), Money(0), Money(500)), means(0))
    assert (plan.held_cents, told) == (0, ())


@given(st.integers(1, 5_000), st.integers(0, 500_000), st.integers(0, 300))
def test_what_is_held_is_never_more_than_what_is_free(units: int, free: int, days: int) -> None:
    wish = Wish(WINDOW.first + timedelta(days=days), None, None, Quantity(units))
    plan, told = make_plan(wish, SHARE, means(free))
    assert told or plan.held_cents + plan.left_cents == free
    assert wish.starts_on <= plan.lasts_until <= WINDOW.last or told


PLAN = PlannedUse(MONDAY, MONDAY + timedelta(days=27), Money(12_000))


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
    assert [planned_until_cents([PLAN], day) for day in (day_before, MONDAY, WINDOW.last)] == [0, 429, 12_000]


def test_the_course_tells_the_past_and_the_plan_the_rest() -> None:
    window = DateWindow(MONDAY, MONDAY + timedelta(days=27))
    spent = [(MONDAY, Money(2_000))]
    course = weekly_course(Money(20_000), window, spent, [PLAN], MONDAY + timedelta(days=7))
    assert [point.left_cents for point in course] == [18_000, None, None, None]
    assert course[-1].planned_left_cents == 8_000
    assert course[-1].last_day == window.last


def test_every_reason_has_its_own_code_and_all_its_words() -> None:
    for code, reason in REASONS.items():
        assert reason.code == code
        assert all((reason.title, reason.detail, reason.fix))
