"""A grant in units: its money is a reserve, and what it is expected to cost."""

from dataclasses import replace
from typing import Any

import pytest

from clearing.grants.facts.decision import DecidedFunding
from clearing.grants.rules.granted_money import expected_money, granted_money
from foundation.vocabulary.money import Money, Quantity
from marketplace.rules.granted_units import GrantedUnits, granted_units
from tests.rules.decisions_builder import HELP
from tests.rules.facts_builder import TODAY, cents_by_class, funding, hours

BY_CLASS = cents_by_class(weekday=3000, sunday_or_holiday=6000)
# granted cents, the limit of units, values, caps; whether it is granted in units
GRANTS: list[tuple[int, str | None, Any, Any, bool]] = [
    (120_000, "20", BY_CLASS, None, True),
    (119_999, "20", BY_CLASS, None, False),  # the money may end first
    (200_000, "20", BY_CLASS, None, True),
    (120_000, None, BY_CLASS, None, False),
    (120_000, "20", None, cents_by_class(any_=6000), True),
    (120_000, "20", None, None, False),
]


@pytest.mark.parametrize(("granted", "limit", "values", "caps", "in_units"), GRANTS)
def test_money_that_pays_every_unit_is_a_reserve(
    granted: int, limit: str | None, values: Any, caps: Any, in_units: bool
) -> None:
    terms = {"values": values or {}, "caps": caps or {}, "quantity_limit": hours(limit) if limit else None}
    found = granted_units(funding(granted_cents=Money(granted), **terms), TODAY)
    expected = GrantedUnits(hours("20"), hours("0"), hours("20")) if in_units else None
    assert found == expected


def test_a_grant_in_units_stays_one_when_money_has_moved_out_of_it() -> None:
    terms = {"values": BY_CLASS, "quantity_limit": hours("20")}
    moved = replace(funding(granted_cents=Money(90_000), **terms), granted_quantity=hours("15"))
    found = granted_units(moved, TODAY)
    assert found is not None
    assert found.granted == hours("15")


# what is granted; expected cents
EXPECTED: list[tuple[dict[str, Any], int | None]] = [
    ({"unit_values": {"PERSONAL_ASSISTANCE": {"weekday": 3000, "sunday_or_holiday": 6000}}}, 60_000),
    ({"unit_values": {"PERSONAL_ASSISTANCE": {"any": 3600}}}, 72_000),
    ({"unit_values": {"PERSONAL_ASSISTANCE": {"evening": 4000, "night": 5000}}}, 80_000),
    ({"price_caps": {"PERSONAL_ASSISTANCE": {"any": 3600}}}, None),
    ({"amount_cents": Money(100), "unit_values": {"PERSONAL_ASSISTANCE": {"any": 3600}}}, None),
]


@pytest.mark.parametrize(("changes", "cents"), EXPECTED)
def test_the_expected_cost_is_that_of_weekdays(changes: dict[str, Any], cents: int | None) -> None:
    terms: dict[str, Any] = {"amount_cents": None, "quantity": Quantity(2_000), **changes}
    whole: DecidedFunding = replace(HELP, **terms)
    assert expected_money(whole) == cents
    if cents is not None:
        assert (granted_money(whole) or 0) >= cents


@pytest.mark.parametrize(
    ("values", "cents"),
    [
        ({"any": 3000, "weekday": 4000, "evening": 2000}, 3000),
        ({"weekday": 4000, "evening": 3500}, 4000),
        ({"evening": 3500, "sunday_or_holiday": 6000}, 3500),
    ],
)
def test_a_usual_weekday_is_any_day_else_a_weekday_else_the_cheapest(
    values: dict[str, int], cents: int
) -> None:
    terms: dict[str, Any] = {"amount_cents": None, "quantity": Quantity(100)}
    unit_values = {"PERSONAL_ASSISTANCE": {name: Money(value) for name, value in values.items()}}
    assert expected_money(replace(HELP, unit_values=unit_values, **terms)) == cents
