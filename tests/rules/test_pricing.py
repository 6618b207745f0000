"""R-18, R-19, R-20: prices of the day, list price and cap, to the cent of the whole line."""

from datetime import date
from typing import Any

import pytest

from clearing.eligibility.facts.calendar import Parts
from clearing.eligibility.rules.prices import line_sum
from tests.rules.facts_builder import (
    ASSISTANCE,
    COUNTY,
    LONG_AGO,
    book,
    cents_by_class,
    decide_one,
    funding,
    offering,
    prices,
    provider,
    verdict,
)

OK = "accepted"
NO_PRICE, OVER_LIST, OVER_CAP = (
    "refused: no_price_on_day",
    "refused: price_over_list",
    "refused: price_over_cap",
)
NOV_2, NOV_3, NOV_4 = date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 4)


def priced(*rows: Any) -> Any:
    """Return a book whose provider has these prices."""
    return book(providers=[provider(offering=offering(prices=tuple(rows)))])


DATED = [
    (prices(any_=4000), OK),
    (prices(NOV_3, any_=4000), OK),
    (prices(NOV_4, any_=4000), NO_PRICE),
    (prices(LONG_AGO, NOV_3, any_=4000), OK),
    (prices(LONG_AGO, NOV_2, any_=4000), NO_PRICE),
    (prices(NOV_3, NOV_3, any_=4000), OK),
    ((), NO_PRICE),
    # The price list then, not now: raised the day after, lowered the day after, raised on the day.
    (prices(LONG_AGO, NOV_3, any_=4000) + prices(NOV_4, any_=3900), OK),
    (prices(LONG_AGO, NOV_2, any_=4000) + prices(NOV_3, any_=3900), OVER_LIST),
    (prices(LONG_AGO, NOV_2, any_=3900) + prices(NOV_3, any_=4000), OK),
    (prices(LONG_AGO, NOV_3, any_=3900) + prices(NOV_4, any_=4000), OVER_LIST),
]


@pytest.mark.parametrize(("price_rows", "expected"), DATED)
def test_price_of_the_service_day(price_rows: Any, expected: str) -> None:
    assert verdict(decide_one(priced(*price_rows))) == expected


TOUCHED = [
    ("10:00", "12:00", {"weekday": 4000}, OK),
    ("17:00", "18:00", {"weekday": 4000}, OK),
    ("17:01", "18:01", {"weekday": 4000}, NO_PRICE),
    ("18:00", "19:00", {"weekday": 4000}, NO_PRICE),
    ("18:00", "19:00", {"weekday": 4000, "any_": 4000}, OK),
    ("17:30", "18:30", {"weekday": 4000, "evening": 4000}, OK),
    ("17:30", "22:30", {"weekday": 4000, "evening": 4000}, NO_PRICE),
]


@pytest.mark.parametrize(("start", "end", "by_class", "expected"), TOUCHED)
def test_price_of_every_time_class_touched(
    start: str, end: str, by_class: dict[str, int], expected: str
) -> None:
    hours = (int(end[:2]) * 60 + int(end[3:]) - int(start[:2]) * 60 - int(start[3:])) / 60
    outcome = decide_one(priced(*prices(**by_class)), start=start, end=end, quantity=f"{hours:.2f}")
    assert verdict(outcome) == expected


def test_after_midnight_the_price_list_of_the_service_day_counts() -> None:
    facts = priced(*prices(LONG_AGO, NOV_3, any_=4000), *prices(NOV_4, any_=1000))
    assert verdict(decide_one(facts, start="23:00", end="2026-11-04T01:00")) == OK


def test_no_offering_of_the_service_has_no_price() -> None:
    assert verdict(decide_one(book(providers=[provider(offerings={})]))) == NO_PRICE


def test_a_price_in_another_county_is_no_price() -> None:
    facts = provider(offerings={(COUNTY + 1, ASSISTANCE): (offering(),)})
    assert verdict(decide_one(book(providers=[facts]))) == NO_PRICE


# list price, quantity, unit price
LISTS = [
    ({"any_": 4000}, "2", "39.99", OK),
    ({"any_": 4000}, "2", "40.00", OK),
    ({"any_": 4000}, "2", "40.01", OVER_LIST),
    ({"any_": 4000}, "0.01", "40.01", OK),  # 0.4001 and 0.40 are the same cent
    ({"any_": 4000}, "0.01", "40.50", OVER_LIST),
    ({"any_": 4000}, "0.49", "40.01", OK),
    ({"any_": 4000}, "0.50", "40.01", OVER_LIST),
]


@pytest.mark.parametrize(("by_class", "quantity", "unit_price", "expected"), LISTS)
def test_price_over_list(by_class: dict[str, int], quantity: str, unit_price: str, expected: str) -> None:
    outcome = decide_one(priced(*prices(**by_class)), quantity=quantity, unit_price=unit_price)
    assert verdict(outcome) == expected


# 17:00–19:00 is an hour of the day (40.00) and an hour of the evening (46.00): 43.00 on the average.
AVERAGES = [
    ("17:00", "19:00", "2.00", "43.00", OK),
    ("17:00", "19:00", "2.00", "43.01", OVER_LIST),
    ("16:59", "18:59", "2.00", "42.95", OK),  # 61 min × 40 + 59 min × 46 = 85.90
    ("16:59", "18:59", "2.00", "42.96", OVER_LIST),
    ("16:59", "18:00", "1.02", "40.00", OK),
    ("16:59", "18:00", "1.02", "40.01", OVER_LIST),
    ("17:59", "18:01", "0.03", "43.00", OK),
    ("18:00", "19:00", "1.00", "46.00", OK),
]


@pytest.mark.parametrize(("start", "end", "quantity", "unit_price", "expected"), AVERAGES)
def test_list_price_of_a_visit_over_two_classes(
    start: str, end: str, quantity: str, unit_price: str, expected: str
) -> None:
    facts = priced(*prices(weekday=4000, evening=4600))
    outcome = decide_one(facts, start=start, end=end, quantity=quantity, unit_price=unit_price)
    assert verdict(outcome) == expected


CAPS = [
    ({"any_": 4000}, "40.00", OK),
    ({"any_": 3999}, "40.00", OVER_CAP),
    ({"any_": 4001}, "40.00", OK),
    ({}, "40.00", OK),
    ({"weekday": 3900}, "40.00", OVER_CAP),
    ({"weekday": 3900, "any_": 4000}, "40.00", OVER_CAP),
    ({"evening": 3900, "any_": 4000}, "40.00", OK),
    ({"evening": 100}, "40.00", OK),  # no cap for this class
]


@pytest.mark.parametrize(("caps", "unit_price", "expected"), CAPS)
def test_price_over_cap(caps: dict[str, int], unit_price: str, expected: str) -> None:
    facts = book(funding(caps=cents_by_class(**caps)))
    assert verdict(decide_one(facts, unit_price=unit_price, start="10:00", end="12:00")) == expected


def test_list_and_cap_are_both_reported() -> None:
    facts = book(funding(caps=cents_by_class(any_=3500)))
    assert verdict(decide_one(facts, unit_price="41")) == "refused: price_over_list price_over_cap"


def test_a_cap_of_two_classes_is_compared_for_the_whole_line() -> None:
    facts = book(funding(caps=cents_by_class(weekday=3900, evening=4100)))
    both = {"start": "17:00", "end": "19:00"}
    assert verdict(decide_one(facts, unit_price="40.00", **both)) == OK
    longer = {"start": "16:59", "end": "18:59"}
    assert verdict(decide_one(facts, unit_price="40.00", **longer)) == OVER_CAP


def test_a_cap_holds_for_a_hundredth_of_a_unit_too() -> None:
    facts = book(funding(caps=cents_by_class(any_=3000)))
    assert verdict(decide_one(facts, quantity="0.01", unit_price="30.49")) == OK
    assert verdict(decide_one(facts, quantity="0.01", unit_price="30.50")) == OVER_CAP


# weights by time class, the cents of two units of which 20.00 is by day and 30.00 at any other time
SUMS: list[tuple[Parts, int | None]] = [
    ((("weekday", 60),), 4000),
    ((("evening", 60),), 6000),
    ((("weekday", 30), ("evening", 30)), 5000),
    (((None, 60),), None),
    ((("weekday", 30), (None, 30)), None),
]


@pytest.mark.parametrize(("parts", "cents"), SUMS)
def test_a_hole_has_no_sum_whatever_there_is_at_any_time(parts: Parts, cents: int | None) -> None:
    assert line_sum(parts, cents_by_class(weekday=2000, any_=3000), 200) == cents
