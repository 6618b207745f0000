"""Warnings about vouchers that are not used or end, and about the own share, at their limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clearing.plans.facts.plan import TimedPattern, VisitId, VisitPlan
from clearing.plans.facts.visits import PlannedVisit, PricedVisit
from clearing.upkeep.facts.course import Ending, Idle, OwnShare
from clearing.upkeep.rules.courses import CourseOfChoice
from clearing.upkeep.rules.judged_choices import own_share_of
from clearing.upkeep.rules.voucher_warnings import ending_stage, idle_since, is_not_started
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity

DAY = date(2026, 11, 30)


@pytest.mark.parametrize(("days", "expected"), [(42, False), (43, True)])
def test_not_started(days: int, expected: bool) -> None:
    assert is_not_started(Idle(DAY, days, was_used=False)) is expected


def test_days_away_are_not_counted() -> None:
    away = [DateWindow(DAY - timedelta(days=9), DAY - timedelta(days=3))]
    first = DAY - timedelta(days=19)
    assert idle_since(first, None, away, DAY) == Idle(first, 13, was_used=False)
    charged = DAY - timedelta(days=10)
    assert idle_since(first, charged, away, DAY) == Idle(charged, 3, was_used=True)


@pytest.mark.parametrize(
    ("days_left", "stage"), [(61, None), (60, 60), (31, 60), (30, 30), (15, 30), (14, 14), (0, 14)]
)
def test_ending(days_left: int, stage: int | None) -> None:
    assert ending_stage(Ending(DAY + timedelta(days=days_left), days_left, 0)) == stage


PATTERN = TimedPattern(frozenset({0}), 600, 60, DAY)


def a_choice(own_cents: list[int]) -> CourseOfChoice:
    """Return a choice with an hour each Monday, of which the client pays these sums in order."""
    days = [DAY + timedelta(weeks=number) for number in range(len(own_cents))]
    visits = tuple(
        PricedVisit(
            PlannedVisit(VisitId(1, day, 1), day, None, None, Quantity(100), ()),
            Money(5_000),
            Money(5_000 - own),
        )
        for day, own in zip(days, own_cents, strict=True)
    )
    plan = VisitPlan(1, "hour", timed=(PATTERN,))
    return CourseOfChoice(1, 2, DAY, plan, visits, (), (), is_live=True)


def test_the_own_share_is_a_median_so_that_a_holiday_is_no_growth() -> None:
    day = DAY + timedelta(weeks=11, days=1)
    grown = a_choice([400] * 12 + [500] * 8)
    assert own_share_of(grown, day) == OwnShare(400, 500)
    assert own_share_of(a_choice([400] * 12 + [400, 900, 400, 900, 400]), day) == OwnShare(400, 400)
    assert own_share_of(a_choice([400] * 4), day) is None
    assert own_share_of(replace(grown, is_live=False), day) is None
