"""The early warnings at their limits, and the yardstick by simulated clients."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from benchmarks.early_warnings import figures_of, measure
from clearing.upkeep.facts.course import AlertRule, Course, OwnShare, Rhythm
from clearing.upkeep.rules.early_warnings import (
    cannot_use,
    ends_soon,
    goes_too_fast,
    has_stopped,
    judge,
    level_reached,
    own_share_grew,
    will_be_unused,
)

FIRST = date(2027, 1, 1)
COURSE = Course(
    day=FIRST + timedelta(days=99),
    first_day=FIRST,
    last_day=FIRST + timedelta(days=364),
    granted=365_000.0,
    charged=100_000.0,
    held=0.0,
    planned=100_000.0,
    visits=25,
    per_day=1_000.0,
    recent_per_day=1_000.0,
    recent_days=84,
    days_left=265,
)
"""100 of 365 days, 10 € a day, a visit of 40 € each fourth day: exactly as planned. σ is 200 €."""


def test_the_measures_are_those_of_the_formulas() -> None:
    assert COURSE.sigma == 20_000
    assert COURSE.pace == 1_000
    assert COURSE.used_up_on == COURSE.last_day
    faster = replace(COURSE, recent_per_day=2_000.0)
    assert faster.pace == (28 * 1_000 + 84 * 2_000) / 112
    assert judge(COURSE) == frozenset()


FAST = replace(COURSE, charged=130_001.0, recent_per_day=1_300.0)


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (FAST, True),
        (replace(FAST, charged=130_000.0), False),  # C − P = 1.5σ
        (replace(FAST, granted=440_000.0), False),  # C + r·L ≤ 1.05·Bf
        (replace(FAST, last_day=FAST.used_up_on + timedelta(days=14)), True),
        (replace(FAST, last_day=FAST.used_up_on + timedelta(days=13)), False),  # X > e − 14
    ],
)
def test_goes_too_fast(course: Course, expected: bool) -> None:
    assert goes_too_fast(course) is expected


SOON = replace(COURSE, granted=155_999.0, days_left=71)


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (SOON, True),
        (replace(SOON, granted=156_000.0), False),  # 56 days
        (replace(SOON, granted=156_000.0, held=1.0), True),
        (replace(SOON, days_left=70), False),
        (replace(SOON, per_day=0.0, recent_per_day=0.0), False),
    ],
)
def test_ends_soon(course: Course, expected: bool) -> None:
    assert ends_soon(course) is expected


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (replace(COURSE, charged=310_250.0), True),
        (replace(COURSE, charged=310_249.0), False),
        (replace(COURSE, charged=310_000.0, held=250.0), True),
        (replace(COURSE, charged=310_250.0, day=FIRST + timedelta(days=295)), False),  # as far as the time
        (replace(COURSE, granted=0.0, charged=0.0), False),
    ],
)
def test_level(course: Course, expected: bool) -> None:
    assert level_reached(course) is expected


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (replace(COURSE, charged=49_999.0), True),
        (replace(COURSE, charged=50_000.0), False),  # P − C = 2.5σ
        (replace(COURSE, charged=60_000.0, visits=100), False),  # C = 0.6·P
        (replace(COURSE, charged=59_999.0, visits=400), True),
    ],
)
def test_cannot_use(course: Course, expected: bool) -> None:
    assert cannot_use(course) is expected


@pytest.mark.parametrize(
    ("rhythm", "expected"),
    [
        (Rhythm(True, 3.5, 35), False), (Rhythm(True, 3.5, 36), True),
        (Rhythm(True, 14, 56), False), (Rhythm(True, 14, 57), True),
        (Rhythm(False, 3.5, 28), False), (Rhythm(False, 3.5, 29), True),
        (Rhythm(False, 14, 84), False), (Rhythm(False, 14, 85), True),
    ],
)  # fmt: skip
def test_stopped(rhythm: Rhythm, expected: bool) -> None:
    assert has_stopped(rhythm) is expected


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        (OwnShare(500, 551), True),
        (OwnShare(500, 550), False),
        (OwnShare(0, 1), True),
        (OwnShare(0, 0), False),
        (OwnShare(500, 300), False),
    ],
)
def test_own_share_grew(own: OwnShare, expected: bool) -> None:
    assert own_share_grew(own) is expected


NEAR_THE_END = replace(COURSE, last_day=COURSE.day + timedelta(days=60), granted=216_001.0, days_left=60)
"""100 € is used, the plan costs 600 € until the end, and 560 € is eight weeks of it."""


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (NEAR_THE_END, True),
        (replace(NEAR_THE_END, granted=216_000.0), False),
        (replace(NEAR_THE_END, held=1.0), False),
        (replace(NEAR_THE_END, last_day=COURSE.day + timedelta(days=61)), False),
        (replace(NEAR_THE_END, per_day=0.0), False),
    ],
)
def test_will_be_unused(course: Course, expected: bool) -> None:
    assert will_be_unused(course) is expected


def test_nobody_is_judged_before_day_28() -> None:
    early = replace(COURSE, charged=0.0, planned=27_000.0, visits=400)
    assert AlertRule.CANNOT_USE in judge(replace(early, day=FIRST + timedelta(days=27)))
    assert judge(replace(early, day=FIRST + timedelta(days=26))) == frozenset()


def test_the_yardstick_repeats_itself_and_holds_for_a_few_clients() -> None:
    assert measure(5, 14) == measure(5, 14)
    missed = [figure.name for figure in figures_of(40, (0, 35)) if figure.reached is False]
    assert [name for name in missed if "6 false" not in name] == []
