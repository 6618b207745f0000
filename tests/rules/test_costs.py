"""The rates of a day, and the cost of a line of which something is not known."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from clearing.eligibility.facts.provider import CancellationRule
from clearing.eligibility.facts.use import Line, Rates, Use
from clearing.eligibility.rules.costs import county_share, rates_of
from clearing.eligibility.rules.prices import price_over_cap
from foundation.vocabulary.money import Money, Quantity
from tests.rules.facts_builder import ASSISTANCE, MEALS, cents_by_class, funding, offering, provider, terms

DAY = date(2026, 11, 3)
RULE = CancellationRule(24, 50)
EMPTY = cents_by_class()


def rates(**changes: object) -> Rates:
    """Return rates of an hour: listed at 40.00, worth 36.00, capped at 45.00."""
    base: dict[str, object] = {
        "list_prices": cents_by_class(any_=4000),
        "unit_values": cents_by_class(any_=3600),
        "price_caps": cents_by_class(any_=4500),
        "free_of_charge": False,
        "cancellation": None,
    }
    return Rates(**(base | changes))  # type: ignore[arg-type]


def fields_of(known: Rates) -> list[object]:
    """Return the values of the fields; rates are compared by identity."""
    return [getattr(known, field.name) for field in fields(known)]


def line(price: int | None = 8000, quantity: int | None = 200, time_class: str | None = "weekday") -> Line:
    """Return a line in one time class."""
    return Line(
        DAY,
        ((time_class, 1),),
        None if quantity is None else Quantity(quantity),
        None if price is None else Money(price),
    )


def test_the_rates_of_a_use() -> None:
    own = terms(caps=cents_by_class(any_=4500), free_of_charge=True)
    known = rates_of(Use(funding(), ASSISTANCE, offering(cancellation=RULE), provider(), DAY), own)
    assert fields_of(known) == fields_of(rates(free_of_charge=True, cancellation=RULE))
    unknown = rates_of(Use(funding(), MEALS, None, provider(), DAY), own)
    assert fields_of(unknown) == [EMPTY, EMPTY, EMPTY, True, None]


@pytest.mark.parametrize(
    ("known", "charged", "share"),
    [
        (rates(), line(), 7200),
        (rates(), line(price=7000), 7000),
        (rates(unit_values=EMPTY), line(), 8000),
        (rates(), line(price=None), None),
        (rates(), line(quantity=None), None),
        (rates(), line(quantity=0), None),
        (rates(unit_values=cents_by_class(evening=3600)), line(), None),
        (rates(), line(time_class=None), None),
    ],
)
def test_the_share_is_unknown_without_a_price_a_quantity_or_a_value(
    known: Rates, charged: Line, share: int | None
) -> None:
    assert county_share(known, charged) == share


@pytest.mark.parametrize(
    ("known", "charged", "code"),
    [
        (rates(), line(price=9000), None),
        (rates(), line(price=9001), "price_over_cap"),
        (rates(), line(price=None), None),
        (rates(), line(price=9001, quantity=None), None),
        (rates(price_caps=EMPTY), line(price=9001), None),
        (rates(price_caps=cents_by_class(evening=100)), line(price=9001), None),
    ],
)
def test_the_price_cap_gives_no_finding_without_its_values(
    known: Rates, charged: Line, code: str | None
) -> None:
    finding = price_over_cap(known, charged)
    assert (finding.code if finding else None) == code
