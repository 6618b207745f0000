"""R-02, R-03: what a charge says about its own sums."""

import pytest

from foundation.vocabulary.money import (
    Money,
    Quantity,
    format_hundredths,
    half_up_division,
    line_price,
    parse_hundredths,
)
from tests.rules.facts_builder import codes, decide_one, verdict

NOT_POSITIVE, MISMATCH = "amount_not_positive", "amount_mismatch"

POSITIVE = [
    ("2", "40", []),
    ("0.01", "0.01", []),
    ("0", "40", [NOT_POSITIVE]),
    ("-0", "40", [NOT_POSITIVE]),
    ("-1", "40", [NOT_POSITIVE]),
    ("2", "0", [NOT_POSITIVE]),
    ("2", "-0.01", [NOT_POSITIVE]),
    ("0", "0", [NOT_POSITIVE, NOT_POSITIVE]),
]


@pytest.mark.parametrize(("quantity", "unit_price", "expected"), POSITIVE)
def test_amount_not_positive(quantity: str, unit_price: str, expected: list[str]) -> None:
    assert codes(decide_one(quantity=quantity, unit_price=unit_price)) == expected


TOTALS = [
    ("2", "40", "80.00", []),
    ("2", "40", "79.99", [MISMATCH]),
    ("2", "40", "80.01", [MISMATCH]),
    ("1.5", "33.33", "50.00", []),  # 49.995 rounds up
    ("1.5", "33.33", "49.99", [MISMATCH]),
    ("0.33", "10.01", "3.30", []),  # 3.3033 rounds down
    ("0.01", "0.50", "0.01", []),  # half a cent rounds up
    ("0.01", "0.49", "0.00", []),
    ("2", "40", "-80", [MISMATCH]),
    ("-2", "40", "-80", [NOT_POSITIVE]),
    ("-2", "40", "80", [NOT_POSITIVE, MISMATCH]),
]


@pytest.mark.parametrize(("quantity", "unit_price", "total", "expected"), TOTALS)
def test_amount_mismatch(quantity: str, unit_price: str, total: str, expected: list[str]) -> None:
    assert codes(decide_one(quantity=quantity, unit_price=unit_price, total=total)) == expected


def test_a_total_is_not_compared_with_what_could_not_be_read() -> None:
    assert verdict(decide_one(quantity="x", total="1")) == "refused: field_malformed"


HALF_UP = [
    (0, 2, 0), (1, 2, 1), (-1, 2, -1), (3, 2, 2), (-3, 2, -2), (149, 100, 1), (150, 100, 2),
    (-149, 100, -1), (-150, 100, -2), (7, 7, 1),
]  # fmt: skip


@pytest.mark.parametrize(("numerator", "denominator", "result"), HALF_UP)
def test_half_up_division(numerator: int, denominator: int, result: int) -> None:
    assert half_up_division(numerator, denominator) == result


@pytest.mark.parametrize("text", ["103.25", "0.05", "-0.05", "-12.00", "999999999.99"])
def test_money_reads_and_writes_the_same(text: str) -> None:
    hundredths = parse_hundredths(text)
    assert hundredths is not None
    assert format_hundredths(hundredths) == text


def test_line_price_rounds_once() -> None:
    assert line_price(Quantity(33), Money(1001)) == 330
