"""The plan of a choice: limits first, then properties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.eligibility.facts.calendar import CalendarRange, DayKind
from clearing.eligibility.rules.time_classes import TimeClasses
from clearing.grants.facts.funding import PeriodLimit
from clearing.plans.facts.visits import PlannedVisit, PricedVisit
from clearing.plans.rules.holding import held, left_of
from clearing.plans.rules.replanning import HeldPlan
from clearing.plans.rules.visits import visits_of
from clearing.reasons import Finding
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity, line_price
from marketplace.rules.comparison import Share
from marketplace.rules.other_plans import Means
from marketplace.rules.planning import Plan, PlanLimit, make_plan
from marketplace.rules.wishes import Wish
from tests.rules import facts_builder as facts

MONDAY = date(2026, 11, 23)
WINDOW = DateWindow(date(2026, 1, 1), date(2026, 12, 31))
SHARE = Share(Money(3600), Money(3000), Money(600))


def means(free: int, *, left: int | None = None, limit: PeriodLimit | None = None) -> Means:
    """Return means with so much free money in the usual window."""
    return Means(Money(free), None if left is None else Quantity(left), WINDOW, limit)


def weekly(hundredths: int, ends_on: date | None = None) -> Wish:
    """Return a wish for so many units a week, from a Monday."""
    return Wish(MONDAY, ends_on, None, Quantity(hundredths))


def in_total(hundredths: int) -> Wish:
    """Return a wish for so many units in total."""
    return Wish(MONDAY, None, Quantity(hundredths), None)


def day(offset: int) -> date:
    """Return the day that is `offset` days after the Monday."""
    return MONDAY + timedelta(days=offset)


CALENDAR = TimeClasses.of([CalendarRange(kind, 0, 1440, "weekday") for kind in DayKind])


def priced_visit(visit: PlannedVisit, share: Share | None) -> PricedVisit:
    """Return a visit at a share for each unit."""
    if share is None:
        return PricedVisit(visit, None, None)
    price, county = (
        line_price(visit.quantity, sum_) for sum_ in (share.price_cents, share.county_pays_cents)
    )
    return PricedVisit(visit, price, county)


def made(wish: Wish, share: Share | None, means: Means) -> tuple[Plan, tuple[Finding, ...]]:
    """Hold the visits of a wish with these means, and return the plan."""
    visit_plan = wish.visit_plan(1, "hour", means.window)
    visits = visits_of(visit_plan, CALENDAR, DateWindow(wish.starts_on, means.window.last))
    shown = tuple(priced_visit(visit, share) for visit in visits)
    funding = facts.funding(
        window=means.window,
        free_cents=means.free_cents,
        period_limit=means.period_limit,
        quantity_limit=means.units_left,
    )
    last = means.window.last if wish.ends_on is None else min(wish.ends_on, means.window.last)
    held_plan = HeldPlan(shown, held(shown, funding, left_of(funding)), last)
    return make_plan(wish, share, held_plan, means)


def codes(outcome: tuple[Plan, tuple[object, ...]]) -> list[str]:
    """Return the codes of the reasons."""
    return [finding.code for finding in outcome[1]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("free", "held", "until", "left"),
    [
        (18_000, 18_000, date(2026, 12, 31), 0),
        (17_999, 15_000, date(2026, 12, 27), 2_999),
        (3_000, 3_000, date(2026, 11, 29), 0),
        (20_000, 18_000, date(2026, 12, 31), 2_000),
    ],
)
def test_a_weekly_plan_lasts_as_long_as_its_full_weeks(free: int, held: int, until: date, left: int) -> None:
    plan, findings = made(weekly(100), SHARE, means(free))
    assert (plan.held_cents, plan.lasts_until, plan.left_cents, findings) == (held, until, left, ())
    assert plan.lasts_to_the_end == (until == WINDOW.last)
    assert (plan.county_per_week_cents, plan.you_per_week_cents) == (3000, 600)


def test_a_plan_that_cannot_pay_one_week_is_refused() -> None:
    assert codes(made(weekly(100), SHARE, means(2_999))) == ["over_amount"]


def test_a_plan_with_a_last_day_must_fit_to_that_day() -> None:
    two_weeks = weekly(100, MONDAY + timedelta(days=13))
    assert codes(made(two_weeks, SHARE, means(6_000))) == []
    assert codes(made(two_weeks, SHARE, means(5_999))) == ["over_amount"]


def test_a_last_day_after_the_window_is_refused() -> None:
    after = weekly(100, WINDOW.last + timedelta(days=1))
    assert codes(made(after, SHARE, means(100_000))) == ["outside_voucher_window"]


@pytest.mark.parametrize(("free", "expected"), [(3_000, []), (2_999, ["over_amount"])])
def test_a_total_quantity_must_fit(free: int, expected: list[str]) -> None:
    assert codes(made(in_total(100), SHARE, means(free))) == expected


def test_units_left_shorten_a_weekly_plan_and_refuse_a_total() -> None:
    plan, findings = made(weekly(100), SHARE, means(100_000, left=250))
    assert (plan.held_cents, findings) == (6_000, ())
    assert codes(made(in_total(251), SHARE, means(100_000, left=250))) == ["over_quantity"]
    assert codes(made(in_total(250), SHARE, means(100_000, left=250))) == []


@pytest.mark.parametrize(
    ("kind", "limit", "expected"),
    [
        (PeriodKind.WEEK, 100, []),
        (PeriodKind.WEEK, 99, ["over_period_limit"]),
        (PeriodKind.MONTH, 400, []),
        (PeriodKind.MONTH, 399, ["over_period_limit"]),
        (PeriodKind.QUARTER, 1199, ["over_period_limit"]),
    ],
)
def test_the_limit_of_a_period(kind: PeriodKind, limit: int, expected: list[str]) -> None:
    in_units = PeriodLimit(kind, None, Quantity(limit))
    in_money = PeriodLimit(kind, Money(limit * 30), None)
    assert codes(made(weekly(100), SHARE, means(100_000, limit=in_units))) == expected
    assert codes(made(weekly(100), SHARE, means(100_000, limit=in_money))) == expected


def test_a_free_share_holds_nothing() -> None:
    plan, findings = made(weekly(100), Share(Money(500), Money(0), Money(500)), means(0))
    assert (plan.held_cents, findings) == (0, ())


@given(st.integers(1, 5_000), st.integers(0, 500_000), st.integers(0, 300))
def test_no_more_is_held_than_is_free(units: int, free: int, days: int) -> None:
    wish = Wish(WINDOW.first + timedelta(days=days), None, None, Quantity(units))
    plan, findings = made(wish, SHARE, means(free))
    assert findings or plan.held_cents + plan.left_cents == free
    assert wish.starts_on <= plan.lasts_until <= WINDOW.last or findings


@pytest.mark.parametrize(
    ("wish", "free", "last_day", "units", "per_week", "planned", "held", "until", "left"),
    [
        pytest.param(in_total(250), 10_000, 38, 250, None, 7_500, 7_500, 38, 2_500, id="in total"),
        pytest.param(in_total(0), 0, 38, 0, None, 0, 0, 38, 0, id="nothing"),
        pytest.param(
            weekly(200), 15_000, 38, 400, (6_000, 1_200), 36_000, 12_000, 13, 3_000, id="2 of 6 weeks"
        ),
        pytest.param(weekly(100, day(0)), 3_000, 0, 100, (3_000, 600), 3_000, 3_000, 0, 0, id="one day"),
        pytest.param(weekly(100, day(7)), 7_000, 7, 200, (3_000, 600), 6_000, 6_000, 7, 1_000, id="8 days"),
        pytest.param(weekly(0), 0, 38, 0, (0, 0), 0, 0, 38, 0, id="nothing a week"),
    ],
)
def test_a_plan_in_money(
    wish: Wish,
    free: int,
    last_day: int,
    units: int,
    per_week: tuple[int, int] | None,
    planned: int,
    held: int,
    until: int,
    left: int,
) -> None:
    """Days are counted from the Monday; the window ends 38 days after it."""
    plan = Plan(
        first_day=MONDAY,
        last_day=day(last_day),
        units=Quantity(units),
        county_per_week_cents=None if per_week is None else Money(per_week[0]),
        you_per_week_cents=None if per_week is None else Money(per_week[1]),
        planned_cents=Money(planned),
        held_cents=Money(held),
        lasts_until=day(until),
        left_cents=Money(left),
        stopped_by=PlanLimit.WINDOW if until == last_day else PlanLimit.MONEY,
    )
    assert made(wish, SHARE, means(free)) == (plan, ())


def test_a_refused_plan_holds_nothing() -> None:
    assert made(in_total(100), SHARE, means(2_999))[0].left_cents == 0
    plan, _ = made(weekly(100), SHARE, means(2_999))
    assert (plan.held_cents, plan.left_cents) == (0, 2_999)


def test_a_plan_of_no_units_is_not_limited_by_units() -> None:
    assert made(weekly(0), SHARE, means(0, left=0))[1] == ()


def test_a_long_window_is_planned_to_its_end() -> None:
    """A plan that is free for the county, or has no limit in units, has every week of three years."""
    window = DateWindow(date(2026, 1, 1), date(2028, 12, 31))
    wish, free = weekly(100), Share(Money(500), Money(0), Money(500))
    assert made(wish, free, Means(Money(0), None, window, None))[0].lasts_to_the_end
    assert made(wish, SHARE, Means(Money(10**6), None, window, None))[0].lasts_to_the_end


@pytest.mark.parametrize(
    ("wish", "free", "left", "found"),
    [
        (weekly(100, WINDOW.last), 18_000, None, {}),
        (
            weekly(100, WINDOW.last + timedelta(days=1)),
            18_000,
            None,
            {"outside_voucher_window": {"first_day": "2026-01-01", "last_day": "2026-12-31"}},
        ),
        (in_total(100), 2_999, None, {"over_amount": {"planned_cents": 3_000, "left_cents": 2_999}}),
        (in_total(251), 10_000, 250, {"over_quantity": {"left_hundredths": 250}}),
    ],
)
def test_a_reason_comes_with_its_values(
    wish: Wish, free: int, left: int | None, found: dict[str, dict[str, object]]
) -> None:
    findings = made(wish, SHARE, means(free, left=left))[1]
    assert {finding.code: finding.values for finding in findings} == found


def test_without_a_share_nothing_is_held_but_units_are_counted() -> None:
    plan, findings = made(weekly(100), None, means(0))
    assert (plan.held_cents, plan.planned_cents, plan.left_cents, findings) == (0, 0, 0, ())
    assert (plan.county_per_week_cents, plan.you_per_week_cents) == (None, None)
    assert codes(made(in_total(251), None, means(0, left=250))) == ["over_quantity"]
    in_money = PeriodLimit(PeriodKind.WEEK, Money(1), None)
    assert codes(made(weekly(100), None, means(0, limit=in_money))) == []
