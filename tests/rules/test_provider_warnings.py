"""The early warnings about providers at their limits, and which warnings are open with other limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clearing.upkeep.facts.course import AlertRule, Rhythm
from clearing.upkeep.facts.judged import JudgedChoice, JudgedFunding, ProviderAtWork
from clearing.upkeep.facts.thresholds import THRESHOLDS
from clearing.upkeep.rules.county_warnings import CountyFacts, count_open
from clearing.upkeep.rules.judging import is_uncertain, open_now
from clearing.upkeep.rules.provider_warnings import Risk, reports_late, risks
from clearing.upkeep.rules.stored_course import (
    choice_as_json,
    choice_from_json,
    course_as_json,
    course_from_json,
)
from tests.rules.test_early_warnings import COURSE

TODAY = date(2026, 11, 30)
PROVIDER = ProviderAtWork(
    provider_id=1,
    clients=3,
    delay_days=10.0,
    papers_end=TODAY + timedelta(days=31),
    is_suspended=False,
    recent=60,
    near_cut_off=30,
    disputed=3,
    unreported=(TODAY - timedelta(days=14),),
)
"""Every number is at its limit: nothing is wrong."""


def test_a_provider_at_every_limit_gets_no_warning() -> None:
    assert not reports_late(PROVIDER, TODAY)
    assert risks(PROVIDER, TODAY) == ()


@pytest.mark.parametrize(
    "change", [{"delay_days": 10.5}, {"unreported": (TODAY - timedelta(days=15), TODAY)}]
)
def test_reports_late(change: dict[str, object]) -> None:
    assert reports_late(replace(PROVIDER, **change), TODAY)  # type: ignore[arg-type]
    assert not reports_late(replace(PROVIDER, delay_days=None), TODAY)


@pytest.mark.parametrize(
    ("change", "risk"),
    [
        ({"papers_end": TODAY + timedelta(days=30)}, Risk.PAPERS),
        ({"papers_end": TODAY - timedelta(days=1)}, Risk.PAPERS),
        ({"is_suspended": True}, Risk.SUSPENDED),
        ({"disputed": 4}, Risk.DISPUTED),
        ({"near_cut_off": 31}, Risk.NEAR_CUT_OFF),
    ],
)
def test_risks(change: dict[str, object], risk: Risk) -> None:
    assert risks(replace(PROVIDER, **change), TODAY) == (risk,)  # type: ignore[arg-type]


def test_two_disputes_of_a_small_provider_are_no_risk() -> None:
    assert risks(replace(PROVIDER, recent=4, near_cut_off=0, disputed=2), TODAY) == ()


LESS = replace(COURSE, charged=49_999.0)
CHOICE = JudgedChoice(7, 1, Rhythm(True, 3.5, 36), unreported=(TODAY - timedelta(days=15),))
FUNDING = JudgedFunding(1, 2, TODAY, COURSE.day, False, 10.0, LESS, LESS, (CHOICE,))


def test_a_warning_that_must_hold_twice_is_open_only_if_it_held_before() -> None:
    both = frozenset({AlertRule.CANNOT_USE, AlertRule.STOPPED})
    assert open_now(FUNDING, THRESHOLDS) == both
    assert open_now(replace(FUNDING, before=None), THRESHOLDS) == {AlertRule.STOPPED}
    assert open_now(replace(FUNDING, before=COURSE), THRESHOLDS) == {AlertRule.STOPPED}


def test_a_late_report_makes_uncertain() -> None:
    assert is_uncertain(FUNDING, THRESHOLDS)
    assert not is_uncertain(replace(FUNDING, choices=()), THRESHOLDS)
    assert is_uncertain(replace(FUNDING, choices=(), delay_days=10.5), THRESHOLDS)


def test_other_limits_open_fewer_warnings_and_a_client_counts_once_for_a_rule() -> None:
    again = replace(FUNDING, funding_id=2)
    late = replace(PROVIDER, delay_days=12.0)
    facts = CountyFacts(TODAY, (FUNDING, again), (), (), (late,))
    counts = count_open(facts, THRESHOLDS)
    assert {rule: count for rule, count in counts.items() if count} == {
        AlertRule.CANNOT_USE: 1,
        AlertRule.STOPPED: 1,
        AlertRule.REPORTS_LATE: 1,
    }
    laxer = replace(THRESHOLDS, stopped_timetabled_days=36, cannot_use_share=0.4, late_report_days=12)
    assert not any(count_open(facts, laxer).values())


def test_what_is_judged_by_is_read_back_as_it_was_stored() -> None:
    assert course_from_json(course_as_json(COURSE)) == COURSE
    assert choice_from_json(choice_as_json(CHOICE)) == CHOICE
