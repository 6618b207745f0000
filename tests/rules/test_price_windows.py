"""Dated prices: a table of publications and changes, and no two prices on one day whatever is asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foundation.vocabulary.refusals import Refusal
from marketplace.rules.price_windows import (
    BACKWARDS,
    LOCKED,
    OVERLAPS,
    DatedPrice,
    Publication,
    change,
    publish,
)

TODAY = date(2026, 11, 21)


def day(offset: int) -> date:
    return TODAY + timedelta(days=offset)


def price(key: int, first: int, last: int | None = None, cents: int = 3600) -> DatedPrice:
    return DatedPrice(key, day(first), None if last is None else day(last), cents)


OLD = price(1, -100)


@pytest.mark.parametrize(
    ("prices", "first", "last", "expected"),
    [
        ([], 0, None, Publication(day(0), None)),
        ([], -1, None, LOCKED),
        ([], 5, 4, BACKWARDS),
        ([], 5, 5, Publication(day(5), day(5))),
        ([OLD], 0, None, Publication(day(0), None, price(1, -100, -1))),
        ([OLD], 10, None, Publication(day(10), None, price(1, -100, 9))),
        ([OLD], 10, 20, Publication(day(10), day(20), price(1, -100, 9), price(1, 21))),
        ([price(1, -100, 20)], 10, 20, Publication(day(10), day(20), price(1, -100, 9))),
        ([price(1, -100, 30)], 10, 20, Publication(day(10), day(20), price(1, -100, 9), price(1, 21, 30))),
        ([price(1, -100, 9)], 10, None, Publication(day(10), None)),
        ([price(1, -100, 19), price(2, 20)], 10, None, Publication(day(10), day(19), price(1, -100, 9))),
        ([price(1, -100, 19), price(2, 20)], 20, None, OVERLAPS),
        ([price(1, -100, 19), price(2, 20)], 10, 20, OVERLAPS),
        ([price(1, 0)], 0, None, OVERLAPS),
    ],
)
def test_publishing(
    prices: list[DatedPrice], first: int, last: int | None, expected: Publication | Refusal
) -> None:
    assert publish(prices, day(first), None if last is None else day(last), today=TODAY) == expected


@pytest.mark.parametrize(
    ("prices", "changed", "fault"),
    [
        ([OLD], price(1, -100, cents=3700), LOCKED),
        ([OLD], price(1, -99), LOCKED),
        ([OLD], price(1, -100, -2), LOCKED),
        ([OLD], price(1, -100, -1), None),
        ([OLD], price(1, -100, 30), None),
        ([OLD], OLD, None),
        ([price(1, -100, -2)], price(1, -100), LOCKED),
        ([price(1, -100, -2)], price(1, -100, -2), None),
        ([price(1, -100, -1)], price(1, -100, 5), None),
        ([price(1, 0)], price(1, 0, cents=3700), None),
        ([price(1, 5)], price(1, 0, cents=3700), None),
        ([price(1, 5)], price(1, -1), LOCKED),
        ([price(1, 0)], price(1, -1), LOCKED),
        ([price(1, 5)], price(1, 5, 4), BACKWARDS),
        ([price(1, 5)], price(1, 5, 5), None),
        ([price(1, -9, 4), price(2, 5)], price(1, -9), OVERLAPS),
        ([price(1, -9, 4), price(2, 5)], price(1, -9, 5), OVERLAPS),
        ([price(1, -9, 4), price(2, 5)], price(1, -9, 3), None),
        ([price(1, -9, 4), price(2, 5)], price(2, 4), OVERLAPS),
        ([price(1, -9, 4), price(2, 5)], price(2, 6), None),
    ],
)
def test_changing(prices: list[DatedPrice], changed: DatedPrice, fault: Refusal | None) -> None:
    assert change(prices, changed, today=TODAY) == (fault or changed)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(-3, 30), st.none() | st.integers(-3, 40)), max_size=8))
def test_no_day_has_two_prices(periods: list[tuple[int, int | None]]) -> None:
    prices: list[DatedPrice] = []
    for number, (first, last) in enumerate(periods, 1):
        done = publish(prices, day(first), None if last is None else day(last), today=TODAY)
        if isinstance(done, Refusal):
            continue
        prices = [done.closed if done.closed and done.closed.id == p.id else p for p in prices]
        prices.append(DatedPrice(number, done.first_day, done.last_day, 1))
        if done.resumed:
            prices.append(DatedPrice(100 + number, done.resumed.first_day, done.resumed.last_day, 2))
    for begins in {
        price.first_day for price in prices
    }:  # overlapping prices overlap on the first day of one of them
        on_day = [p for p in prices if p.first_day <= begins and p.reaches(begins)]
        assert len(on_day) <= 1
