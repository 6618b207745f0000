"""A charge names the planned visit that it is for: whose it is, and that it is charged once (R-13, R-27)."""

from datetime import date
from typing import Any

import pytest

from clearing.charges.reading.fields import read_charge
from clearing.grants.facts.funding import ChargedVisit
from clearing.plans.facts.plan import VisitId
from tests.rules.facts_builder import (
    CHOICE,
    book,
    choice,
    decide,
    decide_one,
    funding,
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
