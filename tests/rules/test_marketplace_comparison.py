"""What one unit costs the client, and how many units the money gives."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.eligibility.facts.provider import Offering, Price, ProviderFacts
from clearing.grants.facts.funding import Funding, Terms
from clearing.grants.facts.kinds import FundingKind, FundingState
from clearing.grants.rules.funding_terms import terms_on
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity
from marketplace.rules.choice_query import ChoiceQuery, OfferingFacts
from marketplace.rules.comparison import (
    Share,
    shown_price,
    typical_price,
    unit_value,
    units_left,
    units_money_gives,
)
from marketplace.rules.eligibility import eligibility_of

DAY = date(2026, 11, 21)
ASSISTANCE = "PERSONAL_ASSISTANCE"


def a_funding(kind: FundingKind = FundingKind.VOUCHER, **values: int) -> Funding:
    """A funding worth so many cents an hour by time class."""
    by_class = {name: Money(cents) for name, cents in values.items()}
    return Funding(
        id=1,
        county_id=12,
        voucher="V",
        client_number="C",
        kind=kind,
        window=DateWindow(date(2026, 1, 1), date(2026, 12, 31)),
        services=frozenset({ASSISTANCE}),
        states=((date(2026, 1, 1), FundingState.OPEN),),
        decision_states=(),
        terms=(Terms(date(2026, 1, 1), {ASSISTANCE: by_class} if by_class else {}, {}),),
        granted_cents=Money(100_000),
        free_cents=Money(100_000),
    )


def share_of(funding: Funding, price_cents: int, service: str = ASSISTANCE) -> Share:
    """Return who pays what of an hour at a price on a weekday."""
    price = Price("any", Money(price_cents), DAY, None)
    offering = OfferingFacts(
        Offering(1, service, "hour", (price,)), ProviderFacts(7, {}, {}, ()), 12, True, False, frozenset()
    )
    share = eligibility_of(ChoiceQuery(offering, funding, None, DAY, "weekday")).share
    assert share is not None
    return share


@pytest.mark.parametrize(
    ("value", "price", "county", "client"),
    [(3000, 3600, 3000, 600), (3600, 3600, 3600, 0), (4000, 3600, 3600, 0), (3599, 3600, 3599, 1)],
)
def test_the_county_pays_at_most_its_value(value: int, price: int, county: int, client: int) -> None:
    share = share_of(a_funding(any=value), price)
    assert (share.county_pays_cents, share.you_pay_cents) == (county, client)


def test_without_a_value_or_by_a_commitment_the_county_pays_all() -> None:
    for funding in (a_funding(), a_funding(FundingKind.COMMITMENT, any=1000)):
        assert share_of(funding, 3600).you_pay_cents == 0


def test_the_client_pays_another_service_in_full() -> None:
    assert share_of(a_funding(any=3000), 500, "SPORT").you_pay_cents == 500


def test_the_requested_class_comes_before_any() -> None:
    assert unit_value(a_funding(weekday=3000, any=100), ASSISTANCE, "weekday", DAY) == 3000
    assert unit_value(a_funding(weekday=3000, any=100), ASSISTANCE, "night", DAY) == 100
    assert unit_value(a_funding(evening=3000), ASSISTANCE, "weekday", DAY) is None


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ({"weekday": 3600, "night": 5000}, 3600),
        ({"any": 3500}, 3500),
        ({"saturday": 5200, "night": 5000}, 5000),
        ({}, None),
    ],
)
def test_the_typical_price(prices: dict[str, int], expected: int | None) -> None:
    dated = tuple(Price(name, Money(cents), DAY, DAY) for name, cents in prices.items())
    assert typical_price(dated, "weekday", DAY) == expected
    assert typical_price(dated, "weekday", date(2026, 11, 22)) is None
    assert typical_price(dated, "weekday", date(2026, 11, 20)) is None


@pytest.mark.parametrize(
    ("prices", "time_class", "expected"),
    [
        ({"weekday": 3600, "any": 3500}, "weekday", ("weekday", 3600)),
        ({"night": 5000, "any": 5500}, "weekday", ("weekday", 5500)),
        ({"saturday": 5200, "night": 5000}, "weekday", ("night", 5000)),
        ({"saturday": 5200, "night": 5000}, None, (None, 5000)),
        ({"night": 5000, "any": 5500}, None, (None, 5500)),
    ],
)
def test_the_price_shown_has_its_own_class(
    prices: dict[str, int], time_class: str | None, expected: tuple[str | None, int]
) -> None:
    dated = tuple(Price(name, Money(cents), DAY, DAY) for name, cents in prices.items())
    assert shown_price(dated, time_class, DAY) == expected


@pytest.mark.parametrize(
    ("free", "share", "unit", "left", "units"),
    [
        (100_000, 3000, "hour", None, 3333),
        (100_000, 3000, "visit", None, 3300),
        (2_999, 3000, "visit", None, 0),
        (3_000, 3000, "visit", None, 100),
        (100_000, 3000, "visit", 500, 500),
        (100_000, 0, "visit", None, None),
    ],
)
def test_units_that_money_gives(
    free: int, share: int, unit: str, left: int | None, units: int | None
) -> None:
    limit = None if left is None else Quantity(left)
    assert units_money_gives(Money(free), Money(share), unit, limit) == units


@given(st.integers(0, 10**7), st.integers(1, 10**5))
def test_the_units_never_cost_more_than_the_money(free: int, share: int) -> None:
    units = units_money_gives(Money(free), Money(share), "hour", None)
    assert units is not None
    assert units * share <= free * 100 < (units + 1) * share


def test_terms_follow_the_day_and_units_left_need_a_limit() -> None:
    funding = a_funding(any=3000)
    assert terms_on(funding, date(2020, 1, 1)) is funding.terms[0]
    assert units_left(funding) is None
