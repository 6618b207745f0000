"""A charge without a unit price costs what the list of its day says, and hours follow from the times."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from clearing.charges.facts.outcomes import Accepted
from clearing.charges.reading.fields import read_charge
from clearing.eligibility.facts.provider import CancellationRule
from foundation.vocabulary.money import Money, format_hundredths, line_price
from tests.rules.facts_builder import (
    MEALS,
    book,
    cents_by_class,
    decide_one,
    funding,
    offering,
    prices,
    provider,
    sent,
    verdict,
)

BY_CLASS = provider(offering=offering(prices=prices(weekday=3537, evening=4100)))
EVENING = {"start": "17:30", "end": "18:45"}
# what is sent beside no unit price; the price, or why it is refused
LISTED: list[tuple[dict[str, Any], str | int]] = [
    ({}, "refused: field_missing"),  # the price depends on the time
    ({"start": "10:00", "end": "12:00"}, 7074),
    ({"start": "10:00", "end": "12:00", "quantity": None}, 7074),
    ({**EVENING, "quantity": None}, 4844),  # 30 min at 35.37 and 45 min at 41.00 are 48.435
    ({**EVENING, "quantity": "1.25"}, 4844),
    ({**EVENING, "quantity": None, "total": "48.44"}, 4844),
    ({**EVENING, "quantity": None, "total": "48.43"}, "refused: amount_mismatch"),
    ({"start": "20:00", "end": "23:00", "quantity": None}, "refused: no_price_on_day"),
    ({"start": "10:00", "end": "12:00", "unit_price": ""}, 7074),
    ({"start": "10:00", "end": "12:00", "quantity": "0"}, "refused: amount_not_positive times_invalid"),
    ({"start": "10:00", "end": "12:00", "unit_price": "x"}, "refused: field_malformed"),
    (
        {"start": "10:00", "end": "12:00", "quantity": None, "unit": "visit"},
        "refused: field_missing unit_mismatch",
    ),
    ({"quantity": None}, "refused: field_missing field_missing"),
    ({"start": "12:00", "end": "10:00", "quantity": None}, "refused: field_missing times_invalid"),
    ({"service": MEALS}, "refused: service_not_in_voucher"),
]


@pytest.mark.parametrize(("changes", "expected"), LISTED)
def test_the_list_of_the_day_is_the_price(changes: dict[str, Any], expected: str | int) -> None:
    outcome = decide_one(book(providers=[BY_CLASS]), **({"unit_price": None} | changes))
    if isinstance(expected, str):
        assert verdict(outcome) == expected
    else:
        assert isinstance(outcome, Accepted), outcome
        assert outcome.split.price_cents == expected


def test_the_price_by_the_list_is_reported_with_a_refusal() -> None:
    outcome = decide_one(book(funding(free_cents=Money(7199))), unit_price=None)
    assert verdict(outcome) == "refused: over_amount"
    assert outcome.price_cents == 8000  # type: ignore[union-attr]


def test_a_list_above_the_cap_or_with_a_forbidden_co_payment_is_refused() -> None:
    """The list is compared with what protects the client and the county, not with itself."""
    capped = book(funding(caps=cents_by_class(any_=3999)))
    assert verdict(decide_one(capped, unit_price=None)) == "refused: price_over_cap"
    free = book(funding(free_of_charge=True))
    assert verdict(decide_one(free, unit_price=None)) == "refused: co_payment_not_allowed"


# notice, what the rule allows in per cent within 24 hours; the price of two hours at 40.00
CANCELLED = [("3", 50, 4000), ("3", 100, 8000), ("3", 0, None), ("24", 50, None)]


@pytest.mark.parametrize(("notice", "share", "price"), CANCELLED)
def test_a_cancelled_visit_costs_what_its_rule_allows(notice: str, share: int, price: int | None) -> None:
    facts = book(providers=[provider(offering=offering(cancellation=CancellationRule(24, share)))])
    cancelled = {"cancel_reason": "client_ill", "notice_hours": notice}
    outcome = decide_one(facts, unit_price=None, **cancelled)
    if price is None:
        assert verdict(outcome) == "refused: cancellation_rule"
    else:
        assert isinstance(outcome, Accepted)
        assert outcome.split.price_cents == price


# start, end on 3 November 2026 and the nights when clocks change; elapsed hours, half up
HOURS = [
    ("2026-11-03", "08:00", "08:20", "0.33"),
    ("2026-11-03", "08:00", "08:40", "0.67"),
    ("2026-03-28", "22:00", "2026-03-29T06:00", "7.00"),
    ("2026-10-24", "22:00", "2026-10-25T06:00", "9.00"),
]


@pytest.mark.parametrize(("day", "start", "end", "hours"), HOURS)
def test_hours_left_out_are_the_elapsed_time(day: str, start: str, end: str, hours: str) -> None:
    visit = {"service_day": day, "start": start, "end": end}
    charge, findings = read_charge(sent(**visit, quantity=None, unit_price=None))
    assert (format_hundredths(charge.quantity or 0), findings) == (hours, ())


@given(quantity=some.integers(1, 2_000), listed=some.integers(1, 20_000))
def test_without_a_price_it_costs_as_with_the_list_price(quantity: int, listed: int) -> None:
    facts = book(
        funding(free_cents=Money(10**9)), providers=[provider(offering=offering(prices=prices(any_=listed)))]
    )
    amounts = {"quantity": format_hundredths(quantity)}
    without = decide_one(facts, unit_price=None, **amounts)
    assert isinstance(without, Accepted)
    assert without == decide_one(facts, unit_price=format_hundredths(listed), **amounts)
    assert without.split.price_cents == line_price(quantity, listed)  # type: ignore[arg-type]
