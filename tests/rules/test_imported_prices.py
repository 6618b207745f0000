"""Where an imported price goes among the prices that are there."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from foundation.vocabulary.refusals import Refusal
from marketplace.rules.imported_prices import CurrentPrice, Placed, ends_before_next, place

TODAY = date(2026, 11, 21)
OLD, NEW = (3600, None), (3700, None)
Days = tuple[int, int | None]
"""First and last day, counted from today; without a last day the price goes on."""


def day(offset: int) -> date:
    """Return a day so many days after today."""
    return TODAY + timedelta(days=offset)


def last(offset: int | None) -> date | None:
    """Return a last day, or None if there is none."""
    return None if offset is None else day(offset)


def current(key: int, days: Days, says: tuple[int | None, ...] = OLD) -> CurrentPrice:
    """Return a price that is there."""
    return CurrentPrice(key, day(days[0]), last(days[1]), says)


def placed(days: Days, closes: CurrentPrice | None = None) -> Placed:
    """Return the place of a new price."""
    return Placed(day(days[0]), last(days[1]), closes)


BACKWARDS = Refusal("window_backwards", "from")
OVERLAPS = Refusal("price_overlaps", "from")
LOCKED = Refusal("price_locked", "from")
FORMER = current(1, (-10, None))


@pytest.mark.parametrize(
    ("prices", "days", "expected"),
    [
        ([], (5, 4), BACKWARDS),
        ([], (5, 5), placed((5, 5))),
        ([], (-5, None), placed((-5, None))),
        # the former price ends the day before, and is never cut in two
        ([FORMER], (0, None), placed((0, None), FORMER)),
        ([FORMER], (0, 5), OVERLAPS),
        ([current(1, (-10, 6))], (0, 5), OVERLAPS),
        ([current(1, (-10, 5))], (0, 5), placed((0, 5), current(1, (-10, 5)))),
        ([current(1, (-10, 0))], (0, 5), placed((0, 5), current(1, (-10, 0)))),
        ([current(1, (-10, 4))], (0, None), placed((0, None), current(1, (-10, 4)))),
        ([current(1, (-10, -1))], (0, 5), placed((0, 5))),
        # a day gone by is not taken from a former price
        ([FORMER], (-1, None), LOCKED),
        ([current(1, (-10, -2))], (-1, None), placed((-1, None))),
        # a price that begins on one of the days
        ([current(1, (6, None))], (0, 5), placed((0, 5))),
        ([current(1, (5, None))], (0, 5), OVERLAPS),
        ([current(1, (0, None))], (0, 5), OVERLAPS),
        ([current(1, (0, 5))], (0, None), OVERLAPS),
        ([current(1, (-10, 3)), current(2, (4, None))], (0, None), OVERLAPS),
    ],
)
def test_the_place_of_another_price(
    prices: list[CurrentPrice], days: Days, expected: Placed | Refusal
) -> None:
    found = place(prices, day(days[0]), last(days[1]), NEW, locked_before=TODAY)
    assert found == expected


@pytest.mark.parametrize(
    ("there", "days", "is_there"),
    [
        ((0, None), (0, None), True),
        ((0, None), (0, 5), True),
        ((0, 5), (0, 5), True),
        ((0, 6), (0, 5), True),
        ((0, 4), (0, 5), False),
        ((0, 5), (0, None), False),
        ((-1, None), (0, None), False),
    ],
)
def test_a_price_that_is_there_already_needs_no_place(there: Days, days: Days, *, is_there: bool) -> None:
    found = place([current(1, there)], day(days[0]), last(days[1]), OLD, locked_before=TODAY)
    assert (found is None) is is_there


def test_values_that_grants_have_copied_lock_no_day() -> None:
    assert place([FORMER], day(-1), None, NEW, locked_before=None) == placed((-1, None), FORMER)


@pytest.mark.parametrize(
    ("firsts", "given", "expected"),
    [([0, 5, 10], None, 4), ([0], None, None), ([-3, 0], None, None), ([0, 1], None, 0), ([0, 5], 20, 20)],
)
def test_an_open_end_is_the_day_before_the_next_row(
    firsts: list[int], given: int | None, expected: int | None
) -> None:
    found = ends_before_next([day(first) for first in firsts], TODAY, last(given))
    assert found == last(expected)
