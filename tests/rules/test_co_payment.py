"""R-22 and the money split: half up to the cent, once per line; VAT by the service day."""

from datetime import date
from typing import Any

import pytest

from clearing.charges.facts.outcomes import Accepted, OnHold, Refused
from clearing.eligibility.facts.kinds import VatKind
from clearing.eligibility.rules.vat import vat_inside, vat_rate_hundredths
from clearing.grants.facts.kinds import FundingKind
from foundation.vocabulary.money import Money
from tests.rules.facts_builder import (
    ASSISTANCE,
    MEALS,
    PROVIDER,
    TAXI,
    book,
    cents_by_class,
    decide_one,
    funding,
    offering,
    prices,
    provider,
    terms,
    verdict,
)


def split(facts: Any, **changes: Any) -> tuple[int, int, int]:
    """Return price, county's share and co-payment of an accepted charge."""
    outcome = decide_one(facts, **changes)
    assert isinstance(outcome, Accepted), verdict(outcome)
    got = outcome.split
    return got.price_cents, got.county_pays_cents, got.co_payment_cents


# value, quantity, unit price → price, county pays, co-payment
FLAT = [
    (3600, "2", "40.00", (8000, 7200, 800)),
    (3600, "2", "36.00", (7200, 7200, 0)),
    (3600, "2", "35.99", (7198, 7198, 0)),
    (3600, "2", "30.00", (6000, 6000, 0)),
    (3600, "1.25", "40.00", (5000, 4500, 500)),
    (3333, "1.5", "40.00", (6000, 5000, 1000)),  # 49.995 rounds up
    (3333, "0.01", "40.00", (40, 33, 7)),
    (50, "0.01", "40.00", (40, 1, 39)),  # half a cent rounds up
    (49, "0.01", "40.00", (40, 0, 40)),
    (3600, "0.01", "0.49", (0, 0, 0)),
    (None, "2", "40.00", (8000, 8000, 0)),
]


@pytest.mark.parametrize(("value", "quantity", "unit_price", "expected"), FLAT)
def test_split_by_a_flat_value(
    value: int | None, quantity: str, unit_price: str, expected: tuple[int, int, int]
) -> None:
    values = cents_by_class(any_=value) if value is not None else {}
    assert split(book(funding(values=values)), quantity=quantity, unit_price=unit_price) == expected


# values 36.00 by day, 41.40 in the evening; price 50.00
BY_MINUTE = [
    ("10:00", "12:00", "2.00", (10_000, 7200, 2800)),
    ("17:00", "19:00", "2.00", (10_000, 7740, 2260)),
    ("17:59", "19:59", "2.00", (10_000, 8271, 1729)),
    ("17:01", "18:01", "1.00", (5000, 3609, 1391)),
    ("17:59", "18:00", "0.02", (100, 72, 28)),
    ("17:59", "18:01", "0.03", (150, 116, 34)),  # 0.03 × 38.70 = 1.161
    ("17:50", "18:10", "0.33", (1650, 1277, 373)),
]


@pytest.mark.parametrize(("start", "end", "quantity", "expected"), BY_MINUTE)
def test_split_by_the_minute(start: str, end: str, quantity: str, expected: tuple[int, int, int]) -> None:
    facts = book(
        funding(values=cents_by_class(weekday=3600, evening=4140)),
        providers=[provider(offering=offering(prices=prices(any_=5000)))],
    )
    assert split(facts, start=start, end=end, quantity=quantity, unit_price="50") == expected


def test_a_commitment_pays_the_full_price_without_regard_to_values() -> None:
    facts = funding(
        kind=FundingKind.COMMITMENT, named_provider_id=PROVIDER, choices=(), values=cents_by_class(any_=100)
    )
    assert split(book(facts)) == (8000, 8000, 0)


def test_values_are_by_service() -> None:
    facts = funding(
        services=frozenset({ASSISTANCE, MEALS}),
        terms=(terms(unit_values={MEALS: cents_by_class(any_=500)}),),
    )
    assert split(book(facts)) == (8000, 8000, 0)


DATED = [("2026-10-31", 6000), ("2026-11-01", 7200), ("2026-11-03", 7200)]


@pytest.mark.parametrize(("day", "pays"), DATED)
def test_terms_of_the_service_day_count(day: str, pays: int) -> None:
    earlier, later = terms(values=cents_by_class(any_=3000)), terms(from_day=date(2026, 11, 1))
    assert split(book(funding(terms=(earlier, later))), service_day=day)[1] == pays


NOT_ALLOWED = "refused: co_payment_not_allowed"
FREE = [
    ("36.00", "2", 3600, "accepted"),
    ("36.01", "2", 3600, NOT_ALLOWED),
    ("35.99", "2", 3600, "accepted"),
    ("36.01", "0.01", 3600, "accepted"),  # no difference on the rounded sums
    ("36.01", "0.49", 3600, "accepted"),
    ("36.01", "0.50", 3600, NOT_ALLOWED),
    ("40.00", "2", None, "accepted"),
]


@pytest.mark.parametrize(("unit_price", "quantity", "value", "expected"), FREE)
def test_co_payment_not_allowed(unit_price: str, quantity: str, value: int | None, expected: str) -> None:
    values = cents_by_class(any_=value) if value is not None else {}
    facts = book(funding(free_of_charge=True, values=values))
    assert verdict(decide_one(facts, unit_price=unit_price, quantity=quantity)) == expected


RATES = [
    (VatKind.EXEMPT, "2026-01-01", 0),
    (VatKind.GENERAL, "2024-08-31", 2400),
    (VatKind.GENERAL, "2024-09-01", 2550),
    (VatKind.GENERAL, "2026-11-03", 2550),
    (VatKind.REDUCED, "2025-12-31", 1400),
    (VatKind.REDUCED, "2026-01-01", 1350),
]


@pytest.mark.parametrize(("kind", "day", "rate"), RATES)
def test_vat_rate_of_the_service_day(kind: VatKind, day: str, rate: int) -> None:
    assert vat_rate_hundredths(kind, date.fromisoformat(day)) == rate


@pytest.mark.parametrize(
    ("price", "rate", "vat"), [(12_550, 2550, 2550), (11_350, 1350, 1350), (100, 2550, 20), (8000, 0, 0)]
)
def test_vat_inside_a_price(price: int, rate: int, vat: int) -> None:
    assert vat_inside(Money(price), rate) == vat


@pytest.mark.parametrize(
    ("service", "rate", "vat"), [(ASSISTANCE, 0, 0), (MEALS, 1350, 952), (TAXI, 2550, 1625)]
)
def test_an_accepted_charge_has_its_vat(service: str, rate: int, vat: int) -> None:
    facts = book(
        funding(services=frozenset({service})), providers=[provider(offering=offering(service=service))]
    )
    outcome = decide_one(facts, service=service)
    assert isinstance(outcome, Accepted)
    assert (outcome.split.vat_rate_hundredths, outcome.split.vat_cents) == (rate, vat)


def test_a_refused_charge_has_only_its_price() -> None:
    outcome = decide_one(service_day="2027-01-01")
    assert isinstance(outcome, Refused)
    assert outcome.price_cents == 8000
    unread = decide_one(quantity="x")
    assert isinstance(unread, Refused)
    assert unread.price_cents is None


def test_a_held_charge_may_cost_nothing() -> None:
    outcome = decide_one(book(providers=[provider(papers=())]), quantity="0.01", unit_price="0.49")
    assert isinstance(outcome, OnHold)
    assert outcome.price_cents == 0


def test_a_held_charge_has_the_split_it_would_get() -> None:
    outcome = decide_one(book(providers=[provider(papers=())]))
    assert isinstance(outcome, OnHold)
    assert outcome.split is not None
    assert (outcome.split.county_pays_cents, outcome.split.co_payment_cents) == (7200, 800)
