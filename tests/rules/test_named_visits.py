"""A charge names the planned visit that it is for: whose it is, and that it is charged once (R-13, R-27)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from clearing.charges.reading.fields import read_charge
from clearing.eligibility.facts.provider import CancellationRule
from clearing.grants.facts.funding import ChargedVisit
from clearing.plans.facts.plan import Change, LoosePattern, TimedPattern, TotalPattern, VisitId, VisitPlan
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Quantity
from tests.rules.facts_builder import (
    CHOICE,
    book,
    choice,
    decide,
    decide_one,
    funding,
    offering,
    provider,
    sent,
    verdict,
    verdicts,
)

DAY = date(2026, 11, 3)
VISIT = f"{CHOICE}-20261103-1"
UNKNOWN = "refused: visit_unknown"
# the visit named by a charge of 3 November 2026; what becomes of it
NAMED = [
    (VISIT, "accepted"),
    ("", "accepted"),
    (f"{CHOICE}-20261001-3", "accepted"),
    (f"{CHOICE}-20260904-1", "accepted"),  # sixty days before
    (f"{CHOICE}-20260903-1", UNKNOWN),
    (f"{CHOICE}-20270102-1", "accepted"),
    (f"{CHOICE}-20270103-1", UNKNOWN),
    ("701-20261103-1", UNKNOWN),
    ("700-2026-11-03-1", "refused: field_malformed"),
    (f"{CHOICE}-20261303-1", "refused: field_malformed"),
    (7, "refused: field_malformed"),
]


@pytest.mark.parametrize(("visit", "expected"), NAMED)
def test_a_named_visit_is_of_the_own_choice_and_near(visit: Any, expected: str) -> None:
    assert verdict(decide_one(visit=visit)) == expected


MONDAYS = TimedPattern(frozenset({0}), 600, 120, date(2026, 10, 5), date(2026, 11, 30), every_weeks=2)
CHANGES = (
    Change(date(2026, 10, 19), 1, to_day=date(2026, 10, 21)),
    Change(date(2026, 11, 2), 1, is_cancelled=True),
    Change(date(2026, 11, 3), 1000, start_minute=600, length_minutes=60),
    Change(date(2026, 11, 4), 1000, is_cancelled=True, start_minute=600, length_minutes=60),
)
TIMED = VisitPlan(
    CHOICE,
    "",
    timed=(MONDAYS,),
    changes=CHANGES,
    pauses=(DateWindow(date(2026, 11, 16), date(2026, 11, 20)),),
)
WEEKS = VisitPlan(CHOICE, "", loose=LoosePattern(Quantity(300), PeriodKind.WEEK, date(2026, 10, 7)))
MONTHS = VisitPlan(CHOICE, "", loose=LoosePattern(Quantity(300), PeriodKind.MONTH, date(2026, 10, 7)))
TOTAL = VisitPlan(CHOICE, "", total=TotalPattern(Quantity(100), date(2026, 10, 7), date(2026, 10, 20)))
# the plan, the visit named, and what becomes of the charge
IN_PLAN = [
    (TIMED, "20261005-1", "accepted"),
    (TIMED, "20261005-2", UNKNOWN),
    (TIMED, "20261005-0", UNKNOWN),
    (TIMED, "20261012-1", UNKNOWN),  # every other week
    (TIMED, "20261006-1", UNKNOWN),
    (TIMED, "20261019-1", "accepted"),  # moved
    (TIMED, "20261021-1", UNKNOWN),  # the day to which it was moved
    (TIMED, "20261102-1", UNKNOWN),  # cancelled
    (TIMED, "20261103-1000", "accepted"),  # extra
    (TIMED, "20261103-1001", UNKNOWN),
    (TIMED, "20261104-1000", UNKNOWN),
    (TIMED, "20261116-1", UNKNOWN),  # away
    (TIMED, "20261130-1", "accepted"),
    (TIMED, "20261214-1", UNKNOWN),  # after the last day
    (WEEKS, "20261014-0", "accepted"),
    (WEEKS, "20261015-0", UNKNOWN),
    (WEEKS, "20261014-1", UNKNOWN),
    (MONTHS, "20261007-0", "accepted"),
    (MONTHS, "20261101-0", "accepted"),
    (MONTHS, "20261001-0", UNKNOWN),
    (TOTAL, "20261007-0", "accepted"),
    (TOTAL, "20261014-0", "accepted"),
    (TOTAL, "20261021-0", UNKNOWN),
]


@pytest.mark.parametrize(("plan", "visit", "expected"), IN_PLAN)
def test_a_named_visit_is_in_the_plan(plan: VisitPlan, visit: str, expected: str) -> None:
    facts = replace(book(), plans={CHOICE: plan})
    assert verdict(decide_one(facts, visit=f"{CHOICE}-{visit}")) == expected


def test_a_cancelled_visit_is_named_by_the_charge_of_its_cancellation() -> None:
    offered = offering(cancellation=CancellationRule(24, 5000))
    facts = replace(book(providers=[provider(offering=offered)]), plans={CHOICE: TIMED})
    cancelled = {"cancel_reason": "client_ill", "notice_hours": "2", "unit_price": "20.00"}
    visit = f"{CHOICE}-20261102-1"
    assert verdict(decide_one(facts, visit=visit, **cancelled)) == "accepted"
    assert verdict(decide_one(facts, visit=visit)) == UNKNOWN


def test_a_plan_ends_with_its_choice() -> None:
    ended = book(funding(choices=(choice(last_day=date(2026, 11, 10)),)))
    facts = replace(ended, plans={CHOICE: TIMED})
    assert verdict(decide_one(facts, visit=f"{CHOICE}-20261130-1")) == UNKNOWN


def test_a_visit_is_read_and_is_part_of_the_content() -> None:
    charge, _ = read_charge(sent(visit=VISIT))
    without, _ = read_charge(sent())
    assert charge.visit == VisitId(CHOICE, DAY, 1)
    assert charge.content != without.content


def test_a_visit_is_charged_once() -> None:
    stored = ChargedVisit(CHOICE, DAY, 1, 5)
    facts = book(funding(charged_visits=(stored,)))
    assert verdict(decide_one(facts, visit=VISIT)) == "refused: visit_charged"
    assert verdict(decide_one(facts, visit=f"{CHOICE}-20261103-2")) == "accepted"
    assert verdict(decide_one(facts)) == "accepted"
    assert verdict(decide_one(facts, visit=VISIT, replaces=5)) == "accepted"
    assert verdict(decide_one(facts, visit=VISIT, replaces=6)) == "refused: visit_charged"


def test_a_visit_is_charged_once_in_a_batch() -> None:
    first = sent(reference="R-1", visit=VISIT)
    second = sent(reference="R-2", visit=VISIT, service_day="2026-11-04")
    assert verdicts(decide(book(), first, second)) == ["accepted", "refused: visit_charged"]


def test_without_a_choice_no_visit_is_known() -> None:
    facts = book(funding(choices=(), named_provider_id=1))
    assert verdict(decide_one(facts, visit=VISIT)) == UNKNOWN
    other = book(funding(choices=(choice(id=701),)))
    assert verdict(decide_one(other, visit=VISIT)) == UNKNOWN
