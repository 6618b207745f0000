"""What the other choices of a funding still take, and what a shortened choice keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from foundation.vocabulary.money import Money, Quantity
from marketplace.rules.other_plans import OtherPlan, units_to_come
from marketplace.rules.replacing_choices import PlannedMoney, Shortened, shortened
from marketplace.rules.weeks import first_day_to_charge

FIRST = date(2026, 7, 6)
TODAY = date(2026, 11, 23)
"""Twenty weeks later."""
LAST = TODAY + timedelta(days=10 * 7 - 1)
TEN_A_WEEK = OtherPlan(1, FIRST, LAST, None, Quantity(1000), Quantity(0), None, Money(0), Money(0))


@pytest.mark.parametrize(
    ("charged", "charged_until", "expected"),
    [
        # never charged: ten weeks to come and the sixty late days, which touch nine weeks
        (0, None, 19_000),
        # charged until yesterday, half of what was planned: what was not given is free to plan
        (10_000, TODAY - timedelta(days=1), 10_000),
        # charged until three weeks ago: those three weeks may still be charged
        (8_500, TODAY - timedelta(days=22), 13_000),
        # more was charged than planned until now
        (25_000, TODAY - timedelta(days=1), 5_000),
        (30_000, TODAY, 0),
    ],
)
def test_units_to_come_of_a_weekly_plan(charged: int, charged_until: date | None, expected: int) -> None:
    plan = replace(TEN_A_WEEK, charged=Quantity(charged), charged_until=charged_until)
    assert units_to_come(plan, TODAY, 60) == expected


def test_units_to_come_of_a_total_and_of_what_is_held() -> None:
    total = replace(TEN_A_WEEK, quantity_per_week=None, quantity=Quantity(2000), charged=Quantity(500))
    assert units_to_come(total, TODAY, 60) == 1500
    half_held = replace(total, planned_cents=Money(40_000), held_cents=Money(20_000))
    assert units_to_come(half_held, TODAY, 60) == 1000


def test_the_first_day_to_charge() -> None:
    assert first_day_to_charge(FIRST, None, TODAY, 60) == TODAY - timedelta(days=60)
    assert first_day_to_charge(FIRST, TODAY, TODAY, 60) == TODAY + timedelta(days=1)
    assert first_day_to_charge(TODAY, None, TODAY, 60) == TODAY


def test_a_shortened_choice_does_not_keep_what_was_not_given() -> None:
    # 30 weeks of 100 €; charged until yesterday for half of it, so 1 000 € less is held than planned
    money = PlannedMoney(FIRST, LAST, True, Money(300_000), Money(200_000), TODAY)
    assert shortened(money, TODAY + timedelta(days=6)) == Shortened(Money(210_000), Money(10_000))
    assert shortened(money, TODAY - timedelta(days=1)).held_cents == 0
    in_total = replace(money, is_weekly=False)
    assert shortened(in_total, TODAY + timedelta(days=6)) == Shortened(Money(210_000), Money(10_000))
