"""Units left of a limit, and how many units the money left pays for."""

from __future__ import annotations

from datetime import date

import pytest

from clearing.grants.facts.funding import EarlierCharge
from clearing.grants.facts.kinds import ChargeState
from foundation.vocabulary.money import Money, Quantity
from marketplace.rules.comparison import units_left, units_money_gives
from marketplace.rules.granted_units import spent_units
from tests.rules.facts_builder import ASSISTANCE, PROVIDER, choice, funding, terms

DAY = date(2026, 11, 3)
CHANGED = date(2026, 11, 10)


def charge(quantity: int, state: ChargeState) -> EarlierCharge:
    """Return a charge of so many hundredths of an hour."""
    money = (Money(4000), Money(8000), Money(7200))
    return EarlierCharge(
        1, PROVIDER, "R-1", ASSISTANCE, DAY, None, None, Quantity(quantity), *money, None, state
    )


USED = (charge(200, ChargeState.ACCEPTED), charge(150, ChargeState.SETTLED), charge(400, ChargeState.ON_HOLD))


@pytest.mark.parametrize(("limit", "left"), [(None, None), (1000, 650), (351, 1), (350, 0), (300, 0)])
def test_units_left_are_never_less_than_none(limit: int | None, left: int | None) -> None:
    assert units_left(funding(earlier=USED, quantity_limit=limit)) == left


def test_units_left_are_those_of_the_balance_and_of_holds() -> None:
    holding = (choice(held_quantity=Quantity(120)), choice(id=701, held_quantity=Quantity(30)))
    found = funding(quantity_limit=Quantity(1000), free_quantity=Quantity(500), choices=holding)
    assert units_left(found) == 650


def test_the_limit_is_that_of_the_newest_terms() -> None:
    first = terms(quantity_limit=Quantity(1000))
    second = terms(from_day=CHANGED, quantity_limit=Quantity(500))
    assert units_left(funding(terms=(first, second))) == 500
    assert units_left(funding(terms=(first, terms(from_day=CHANGED)))) is None


@pytest.mark.parametrize(("share", "units"), [(0, None), (1, 30_000), (3, 10_000), (7, 4285)])
def test_the_smallest_shares(share: int, units: int | None) -> None:
    """3.00 free at so many cents an hour; a share of nothing is no limit."""
    assert units_money_gives(Money(300), Money(share), "hour", None) == units


def test_spent_units_are_by_day_without_what_is_on_hold() -> None:
    days = spent_units(funding(earlier=tuple(reversed(USED))))
    expected = sorted((charge.service_day, charge.quantity) for charge in USED if charge.state != "on_hold")
    assert days == expected
    assert len(days) < len(USED)
    assert days == sorted(days)
