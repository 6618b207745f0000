"""A plan of visits in one cell of a file."""

from datetime import date

import pytest

from clearing.plans.facts.plan import LoosePattern, TimedPattern, TotalPattern
from county_desk.reading.plan_words import read_plan
from foundation.vocabulary.dates import PeriodKind
from foundation.vocabulary.money import Quantity

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 31)


def test_a_quantity_a_week_or_month() -> None:
    week, month = read_plan("6 / Week", "hour", FIRST, LAST), read_plan("40,5/month", "km", FIRST, LAST)
    assert week is not None
    assert month is not None
    assert week.loose == LoosePattern(Quantity(600), PeriodKind.WEEK, FIRST)
    assert (week.quantity_per_week, week.starts_on) == (600, FIRST)
    assert month.loose == LoosePattern(Quantity(4050), PeriodKind.MONTH, FIRST)


def test_a_total() -> None:
    wish = read_plan("total 20", "visit", FIRST, LAST)
    assert wish is not None
    assert wish.total == TotalPattern(Quantity(2000), FIRST, LAST)


def test_times() -> None:
    wish = read_plan("mon,thu 17:00-19:00 + sat/2 22:00-02:00", "hour", FIRST, LAST)
    assert wish is not None
    assert wish.timed == (
        TimedPattern(frozenset({0, 3}), 17 * 60, 120, FIRST),
        TimedPattern(frozenset({5}), 22 * 60, 240, FIRST, every_weeks=2),
    )
    assert wish.quantity_per_week == 600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6",
        "0/week",
        "six/week",
        "6/year",
        "total",
        "total 0",
        "mon",
        "mon 17-19",
        "mon 25:00-26:00",
        "xyz 17:00-19:00",
        "mon/3 17:00-19:00",
        "mon 17:00-19:00 +",
        "mon 24:00-02:00",
        "6/week; drop",
    ],
)
def test_what_is_no_plan(text: str) -> None:
    assert read_plan(text, "hour", FIRST, LAST) is None
