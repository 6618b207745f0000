"""What a client has left in all: euros with euros, units with the same units, and the first day."""

from __future__ import annotations

from datetime import date

from foundation.vocabulary.money import Money, Quantity
from marketplace.rules.total_left import Left, TotalLeft, total_left

JUNE, MAY = date(2027, 6, 14), date(2027, 5, 3)


def test_nothing_without_fundings() -> None:
    assert total_left([]) is None


def test_euros_are_added_and_the_first_day_counts() -> None:
    parts = [Left(Money(124_000), None, None, JUNE), Left(Money(50), None, None, MAY)]
    assert total_left(parts) == TotalLeft(Money(124_050), (), 2, MAY)


def test_hours_are_never_added_to_euros_or_kilometres() -> None:
    parts = [
        Left(None, Quantity(1_000), "hour", JUNE),
        Left(Money(100), None, None, JUNE),
        Left(None, Quantity(4_000), "km", JUNE),
        Left(None, Quantity(50), "hour", JUNE),
    ]
    units = (("hour", Quantity(1_050)), ("km", Quantity(4_000)))
    assert total_left(parts) == TotalLeft(Money(100), units, 4, JUNE)


def test_units_alone_have_no_sum_of_euros() -> None:
    assert total_left([Left(None, Quantity(0), "hour", JUNE)]) == TotalLeft(
        None, (("hour", Quantity(0)),), 1, JUNE
    )
