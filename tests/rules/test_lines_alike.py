"""A line is decided beside another as it is alone, whatever one thing differs between the two."""

from dataclasses import replace
from typing import Any

import pytest

from clearing.charges.facts.outcomes import Duplicate, Outcome
from clearing.eligibility.facts.provider import CancellationRule
from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import FundingKind
from tests.rules.facts_builder import (
    ASSISTANCE,
    COUNTY,
    OTHER_PROVIDER,
    book,
    cents_by_class,
    choice,
    decide,
    funding,
    offering,
    prices,
    provider,
    sent,
    verdicts,
)

BY_CLASS = cents_by_class(weekday=3000, evening=3500, any_=3200)
LISTED = prices(weekday=4000, evening=5000, any_=4500)
OTHERS = offering(id=501, prices=prices(any_=3900))

FUNDINGS: dict[str, dict[str, Any]] = {
    "values": {"values": cents_by_class(any_=3500)},
    "no values": {"values": {}},
    "caps": {"caps": cents_by_class(any_=3999)},
    "free of charge": {"free_of_charge": True},
    "kind": {"kind": FundingKind.COMMITMENT},
    "values by class": {"values": cents_by_class(weekday=3600)},
    "a hole in the values": {"values": cents_by_class(evening=3600)},
}
CHARGES: dict[str, dict[str, Any]] = {
    "provider": {"provider_id": OTHER_PROVIDER},
    "quantity": {"quantity": "1.50", "start": "10:00", "end": "11:30"},
    "unit price": {"unit_price": "40.01"},
    "unit": {"unit": "visit"},
    "evening": {"start": "18:00", "end": "20:00"},
    "into the evening": {"start": "17:00", "end": "19:00"},
    "saturday": {"service_day": "2026-11-07", "start": "10:00", "end": "12:00"},
    "cancelled": {"notice_hours": "2", "cancel_reason": "client_ill"},
    "without times": {"start": None, "end": None},
}


def seen(outcome: Outcome) -> Any:
    """Return what was decided of the line itself."""
    assert not isinstance(outcome, Duplicate)
    return type(outcome), outcome.findings, getattr(outcome, "split", None)


def alike(first: Funding, second: Funding, **changes: Any) -> None:
    """Assert that two charges get the same decisions together as each on its own."""
    provider_terms = [
        provider(offering=offering(prices=LISTED, cancellation=CancellationRule(24, 50))),
        provider(id=OTHER_PROVIDER, offering=OTHERS),
    ]
    facts = book(first, second, providers=provider_terms)
    times = {"start": "10:00", "end": "12:00"}
    first_charge, second_charge = (
        sent(reference="R-1", **times),
        sent(reference="R-2", voucher="CD34", **times | changes),
    )
    for batch in ([first_charge, second_charge], [second_charge, first_charge]):
        assert [seen(outcome) for outcome in decide(facts, *batch)] == [
            seen(decide(facts, each)[0]) for each in batch
        ]


def second(**changes: Any) -> Funding:
    theirs = choice(id=702, provider_id=OTHER_PROVIDER, offering_id=501)
    return funding(id=901, voucher="CD34", client_number="C-2", choices=(choice(id=701), theirs), **changes)


@pytest.mark.parametrize("changes", FUNDINGS.values(), ids=FUNDINGS)
def test_lines_of_unlike_fundings(changes: dict[str, Any]) -> None:
    alike(funding(), second(**changes))


@pytest.mark.parametrize("changes", CHARGES.values(), ids=CHARGES)
def test_different_lines_of_equal_fundings(changes: dict[str, Any]) -> None:
    alike(funding(values=BY_CLASS), second(values=BY_CLASS), **changes)


def test_the_same_price_of_another_quantity() -> None:
    facts = book(funding(), second())
    batch = [
        sent(reference="R-1"),
        sent(reference="R-2", voucher="CD34", quantity="1.00", unit_price="80.00"),
    ]
    assert verdicts(decide(facts, *batch)) == ["accepted", "refused: price_over_list"]


def test_the_same_cancelled_line_by_another_rule() -> None:
    provider_terms = [
        provider(offering=offering(cancellation=CancellationRule(24, 50))),
        provider(id=OTHER_PROVIDER, offering=offering(id=501)),
    ]
    late = {"notice_hours": "2", "cancel_reason": "client_ill", "unit_price": "20"}
    ours, theirs = sent(**late), sent(provider_id=OTHER_PROVIDER, voucher="CD34", **late)
    result = verdicts(decide(book(funding(), second(), providers=provider_terms), ours, theirs))
    assert result == ["accepted", "refused: cancellation_rule"]


def test_a_minute_at_noon_is_not_a_visit_without_times() -> None:
    facts = book(
        funding(values=BY_CLASS),
        second(values=BY_CLASS),
        providers=[provider(offering=offering(prices=LISTED))],
    )
    timed = sent(reference="R-1", quantity="0.02", start="12:00", end="12:01")
    untimed = sent(reference="R-2", voucher="CD34", quantity="0.02", service_day="2026-11-04")
    assert verdicts(decide(facts, timed, untimed)) == ["accepted", "refused: field_missing"]


def test_the_same_line_in_another_unit() -> None:
    by_visit = offering(id=501, unit="visit", prices=LISTED)
    both = provider(offerings={(COUNTY, ASSISTANCE): (offering(prices=LISTED), by_visit)})
    of_visits = replace(second(), choices=(choice(id=701, offering_id=501),))
    batch = [sent(reference="R-1", voucher="CD34", unit="visit"), sent(reference="R-2")]
    outcomes = decide(book(funding(), of_visits, providers=[both]), *batch)
    assert verdicts(outcomes) == ["accepted", "refused: field_missing"]
