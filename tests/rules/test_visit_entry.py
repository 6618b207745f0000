"""A visit typed by hand: a price left empty is one that the rules let through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from clearing.charges.rules.cancellations import CancelledVisit, cancellation_rule
from clearing.eligibility.facts.provider import CancellationRule
from clearing.reasons import Finding
from foundation.vocabulary.money import Money, half_up_division
from provider_portal.rules.visit_entry import VisitEntry, as_sent, filled_in
from tests.rules.facts_builder import FULL_CALENDAR

DAY = date(2026, 11, 16)
TYPED = VisitEntry("R-1", "AB12", "HOME_CARE", "hour", DAY, time(8, 30), time(10))
LATE = replace(TYPED, notice_hundredths=150, cancel_reason="client_ill")
LISTED = {"any": Money(3600)}
HALF = CancellationRule(24, 50)


@pytest.mark.parametrize(
    ("entry", "rule", "cents"),
    [
        (TYPED, HALF, 3600),
        (LATE, HALF, 1800),
        (replace(LATE, notice_hundredths=2399), HALF, 1800),
        (replace(LATE, notice_hundredths=0), CancellationRule(1, 100), 3600),
        (replace(LATE, notice_hundredths=2400), HALF, 3600),
        (LATE, CancellationRule(24, 0), 3600),
        (LATE, None, 3600),
        (replace(LATE, unit_price_cents=999), HALF, 999),
        (replace(LATE, quantity=0), HALF, None),
    ],
)
def test_a_price_left_empty(entry: VisitEntry, rule: CancellationRule | None, cents: int | None) -> None:
    assert filled_in(entry, LISTED, FULL_CALENDAR, rule).unit_price_cents == cents


def line(unit_price: int, quantity: int) -> Money:
    """What the rules pay for."""
    return Money(half_up_division(unit_price * quantity, 100))


@given(quantity=some.integers(1, 50_000), listed=some.integers(1, 100_000))
def test_a_visit_left_without_a_price_costs_what_the_list_says(quantity: int, listed: int) -> None:
    filled = filled_in(replace(TYPED, quantity=quantity), {"any": Money(listed)}, FULL_CALENDAR)
    assert filled.unit_price_cents is not None
    assert line(filled.unit_price_cents, quantity) == line(listed, quantity)


@given(
    quantity=some.integers(1, 50_000),
    listed=some.integers(1, 100_000),
    share=some.integers(1, 100),
    notice=some.integers(0, 2399),
)
def test_a_cancelled_visit_left_without_a_price_keeps_to_the_rule(
    quantity: int, listed: int, share: int, notice: int
) -> None:
    """And the provider loses nothing by it: a cent more a unit gives no more, or breaks the rule."""
    rule, full = CancellationRule(24, share), line(listed, quantity)
    entry = replace(LATE, quantity=quantity, notice_hundredths=notice)
    cents = filled_in(entry, {"any": Money(listed)}, FULL_CALENDAR, rule).unit_price_cents
    assert cents is not None
    if not half_up_division(full * share, 100):
        return  # a share below half a cent is nothing: the whole price is judged, and refused

    def told(unit_price: int) -> Finding | None:
        visit = CancelledVisit(notice // 100, "client_ill", line(unit_price, quantity), full)
        return cancellation_rule(rule, visit)

    assert told(cents) is None
    assert told(cents + 1) is not None or line(cents + 1, quantity) == line(cents, quantity)


def test_only_a_cancelled_visit_says_so() -> None:
    assert as_sent(TYPED).keys().isdisjoint({"cancel_reason", "notice_hours"})
    sent = as_sent(replace(LATE, notice_hundredths=0))
    assert (sent["cancel_reason"], sent["notice_hours"]) == ("client_ill", "0.00")
