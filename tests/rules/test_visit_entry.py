"""A visit typed by hand: a price left empty is one that the rules let through."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from clearing.charges.rules.cancellations import CancelledVisit, cancellation_rule
from clearing.eligibility.facts.provider import CancellationRule
from clearing.reasons import Finding
from foundation.vocabulary.money import Money, half_up_division
from provider_portal.rules.visit_entry import VisitEntry, as_sent, filled_in, list_unit_price
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


@pytest.mark.parametrize(
    ("day", "start", "end", "first", "last"),
    [
        (DAY, time(8, 30), time(10), "2026-11-16T06:30Z", "2026-11-16T08:00Z"),
        (DAY, time(22), time(6), "2026-11-16T20:00Z", "2026-11-17T04:00Z"),
        (date(2026, 6, 1), time(22), time(6), "2026-06-01T19:00Z", "2026-06-02T03:00Z"),
    ],
)
def test_the_times_are_instants_in_utc(day: date, start: time, end: time, first: str, last: str) -> None:
    instants = replace(TYPED, service_day=day, start=start, end=end).instants
    assert instants == (datetime.fromisoformat(first), datetime.fromisoformat(last))
    assert all(instant.tzinfo is UTC for instant in instants)


def test_a_start_or_end_alone_gives_no_instants() -> None:
    assert replace(TYPED, start=None).instants is None
    assert replace(TYPED, end=None).instants is None


@pytest.mark.parametrize(
    ("day", "start", "end", "hours"),
    [
        (DAY, time(8, 30), time(10), "1.50"),
        (DAY, time(8), time(8, 20), "0.33"),
        (DAY, time(8), time(8, 40), "0.67"),
        (DAY, time(8), time(8), "24.00"),
        (DAY, time(22), time(6), "8.00"),
        (date(2026, 3, 28), time(22), time(6), "7.00"),
        (date(2026, 10, 24), time(22), time(6), "9.00"),
    ],
)
def test_hours_left_empty_are_the_elapsed_time(day: date, start: time, end: time, hours: str) -> None:
    """Half up to hundredths (rulebook, Times); the night is an hour shorter in March, longer in October."""
    filled = filled_in(replace(TYPED, service_day=day, start=start, end=end), LISTED, FULL_CALENDAR)
    assert as_sent(filled)["quantity"] == hours


BY_CLASS = {"weekday": Money(3000), "evening": Money(4000), "saturday": Money(5000)}


@pytest.mark.parametrize(
    ("entry", "cents"),
    [
        (TYPED, 3000),
        (replace(TYPED, start=time(18), end=time(20)), 4000),
        (replace(TYPED, start=time(17), end=time(19)), 3500),
        (replace(TYPED, start=time(22), end=time(23)), None),
        (replace(TYPED, start=time(18), end=None, quantity=100), 3000),
        (replace(TYPED, unit="visit", start=None, end=None, quantity=100), 3000),
        (replace(TYPED, service_day=date(2026, 11, 21), start=None, end=None, quantity=100), 5000),
        (replace(TYPED, service_day=date(2026, 11, 22), start=None, end=None, quantity=100), None),
        (replace(TYPED, unit="visit"), None),
        (replace(TYPED, start=None), None),
    ],
)
def test_a_price_left_empty_follows_the_time_class(entry: VisitEntry, cents: int | None) -> None:
    """Without both times the class at 12:00 counts; without a quantity there is nothing to price."""
    assert filled_in(entry, BY_CLASS, FULL_CALENDAR).unit_price_cents == cents


@pytest.mark.parametrize(("quantity", "cents"), [(None, None), (0, None), (-1, None), (1, 3600)])
def test_only_a_quantity_above_zero_has_a_price(quantity: int | None, cents: int | None) -> None:
    assert list_unit_price(replace(TYPED, quantity=quantity), LISTED, FULL_CALENDAR) == cents


@pytest.mark.parametrize(
    ("listed", "quantity", "cents"),
    [
        (3537, 125, "35.37"),  # 44.2125 is 44.21, and 44.21 / 1.25 is 35.368
        (3600, 25, "36.00"),  # a cent more an hour gives the same 9.00, but is over the price list
        (3600, 100, "36.00"),
        (3333, 150, "33.33"),  # 49.995 is 50.00, and 50.00 / 1.5 is 33.333
    ],
)
def test_a_price_left_empty_gives_the_sum_of_the_list(listed: int, quantity: int, cents: str) -> None:
    filled = filled_in(replace(TYPED, quantity=quantity), {"any": Money(listed)}, FULL_CALENDAR)
    assert as_sent(filled)["unit_price"] == cents


def line(unit_price: int, quantity: int) -> Money:
    """What the rules pay for."""
    return Money(half_up_division(unit_price * quantity, 100))


@given(quantity=some.integers(1, 50_000), listed=some.integers(1, 100_000))
def test_a_visit_entered_without_a_price_costs_the_list_price(quantity: int, listed: int) -> None:
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

    def finding(unit_price: int) -> Finding | None:
        visit = CancelledVisit(notice // 100, "client_ill", line(unit_price, quantity), full)
        return cancellation_rule(rule, visit)

    assert finding(cents) is None
    assert finding(cents + 1) is not None or line(cents + 1, quantity) == line(cents, quantity)


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
