"""A visit typed by hand: a price left empty is one that the rules let through."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from clearing.eligibility.facts.provider import CancellationRule
from foundation.vocabulary.money import Money
from provider_portal.rules.visit_entry import VisitEntry, as_sent

DAY = date(2026, 11, 16)
TYPED = VisitEntry("R-1", "AB12", "HOME_CARE", "hour", DAY, time(8, 30), time(10))
LATE = replace(TYPED, notice_hundredths=150, cancel_reason="client_ill")
LISTED = {"any": Money(3600)}
HALF = CancellationRule(24, 50)


@pytest.mark.parametrize(
    ("start", "end", "passes"),
    [
        (time(8, 30), time(10), False),
        (time(22), time(6), True),
        (time(8), time(8), True),
        (time(8), time(8, 1), False),
        (None, time(8), False),
        (time(8), None, False),
        (None, None, False),
    ],
)
def test_an_end_that_is_not_after_the_start_is_on_the_next_day(
    start: time | None, end: time | None, passes: bool
) -> None:
    assert replace(TYPED, start=start, end=end).passes_midnight is passes


def test_only_a_cancelled_visit_has_cancellation_fields() -> None:
    assert as_sent(TYPED).keys().isdisjoint({"cancel_reason", "notice_hours"})
    sent = as_sent(replace(LATE, notice_hundredths=0))
    assert (sent["cancel_reason"], sent["notice_hours"]) == ("client_ill", "0.00")


def test_a_charge_has_exactly_the_typed_fields() -> None:
    sent = {
        "reference": "R-1",
        "voucher": "AB12",
        "service": "HOME_CARE",
        "service_day": "2026-11-16",
        "unit": "hour",
    }
    times = {"start": "08:30", "end": "10:00"}
    typed = {"quantity": "1.50", "unit_price": "36.00", "worker": "Eero", "note": "Two stairs"}
    assert as_sent(replace(TYPED, start=None, end=None)) == sent
    assert as_sent(TYPED) == sent | times
    assert as_sent(replace(TYPED, end=None)) == sent | {"start": "08:30"}
    assert as_sent(replace(TYPED, start=None)) == sent | {"end": "10:00"}
    full = replace(TYPED, quantity=150, unit_price_cents=3600, worker="Eero", note="Two stairs")
    assert as_sent(full) == sent | times | typed


def test_an_end_past_midnight_names_its_day() -> None:
    assert as_sent(replace(TYPED, start=time(22), end=time(6)))["end"] == "2026-11-17T06:00"
    assert as_sent(replace(TYPED, start=time(8), end=time(8)))["end"] == "2026-11-17T08:00"
