"""R-35: a charge for a cancelled visit, and what it must say."""

from datetime import date
from typing import Any

import pytest

from clearing.charges.reading.fields import read_charge
from clearing.eligibility.facts.provider import CancellationRule
from tests.rules.facts_builder import book, decide_one, offering, prices, provider, sent, verdict

LATE = {"cancel_reason": "client_ill", "notice_hours": "3"}
MORE = {**LATE, "quantity": "3"}
HALF_A_DAY = CancellationRule(24, 50)
# The list says 40.00 an hour, the voucher pays 36.00: two hours cost 80.00, half of which may be charged.
CHARGED_CANCELLATIONS = [
    ({**LATE, "unit_price": "20"}, "accepted"),
    ({**LATE, "unit_price": "20.01"}, "refused: cancellation_rule"),
    ({**LATE, "notice_hours": "0", "unit_price": "20"}, "accepted"),
    ({**LATE, "notice_hours": "23.99", "unit_price": "20"}, "accepted"),
    ({**LATE, "notice_hours": "24", "unit_price": "0.01"}, "refused: cancellation_rule"),
    ({"notice_hours": "3", "unit_price": "20"}, "refused: cancellation_rule"),
    ({"notice_hours": "3", "cancel_reason": "", "unit_price": "20"}, "refused: cancellation_rule"),
    ({"cancel_reason": "client_ill"}, "refused: field_missing"),
    ({**LATE, "notice_hours": ""}, "refused: field_missing"),
    ({**LATE, "notice_hours": "x"}, "refused: field_malformed"),
    ({**LATE, "notice_hours": "-0.01"}, "refused: field_malformed"),
    ({**LATE, "notice_hours": 3}, "refused: field_malformed"),
    ({**LATE, "cancel_reason": 3}, "refused: field_malformed"),
    ({**LATE, "cancel_reason": "rain"}, "refused: field_malformed"),
    ({**LATE, "cancel_reason": "rain", "notice_hours": "-1"}, "refused: field_malformed field_malformed"),
    ({"cancel_reason": "", "notice_hours": ""}, "accepted"),  # an empty field is absent
    ({**LATE, "unit_price": "41"}, "refused: price_over_list cancellation_rule"),
    ({**LATE, "quantity": "-1"}, "refused: amount_not_positive"),
    ({"notice_hours": "3", "quantity": "0"}, "refused: amount_not_positive"),
    ({"notice_hours": "3", "quantity": "0.01"}, "refused: cancellation_rule"),
    ({**LATE, "quantity": "x", "unit_price": "20"}, "refused: field_malformed"),
    ({**LATE, "unit_price": "x"}, "refused: field_malformed"),
    ({**LATE, "unit": "visit"}, "refused: unit_mismatch"),
]


@pytest.mark.parametrize(("changes", "expected"), CHARGED_CANCELLATIONS)
def test_a_charge_shows_that_its_visit_was_cancelled(changes: dict[str, Any], expected: str) -> None:
    provider_terms = provider(offering=offering(cancellation=HALF_A_DAY))
    assert verdict(decide_one(book(providers=[provider_terms]), **changes)) == expected


def test_without_a_price_on_the_day_the_rule_gives_no_finding() -> None:
    offered = offering(cancellation=HALF_A_DAY, prices=prices(date(2026, 11, 4), any_=4000))
    result = verdict(decide_one(book(providers=[provider(offering=offered)]), **LATE, unit_price="39"))
    assert result == "refused: no_price_on_day"


def test_a_cancelled_visit_is_priced_by_its_classes() -> None:
    """17:00 to 19:00 costs 40 + 50 by the list; a quarter of it is 22.50."""
    rule = CancellationRule(24, 25)
    provider_terms = provider(offering=offering(cancellation=rule, prices=prices(weekday=4000, evening=5000)))
    for price, expected in (("11.25", "accepted"), ("11.26", "refused: cancellation_rule")):
        sent = {**LATE, "start": "17:00", "end": "19:00", "unit_price": price}
        assert verdict(decide_one(book(providers=[provider_terms]), **sent)) == expected


def test_an_offering_without_a_rule_charges_no_cancelled_visit() -> None:
    assert verdict(decide_one(**LATE, unit_price="0.01")) == "refused: cancellation_rule"


def test_that_a_visit_was_cancelled_is_part_of_its_content() -> None:
    contents = [
        read_charge(sent(**changes))[0].content
        for changes in ({}, LATE, LATE | {"notice_hours": "3.00"}, LATE | {"notice_hours": "4"}, MORE)
    ]
    assert contents[1] == contents[2]
    assert len(set(contents)) == 4
