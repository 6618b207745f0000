"""A charge without times: they are needed where the class makes a difference, else noon counts."""

import pytest

from clearing.charges.facts.outcomes import Accepted
from tests.rules.facts_builder import (
    book,
    calendar,
    cents_by_class,
    county,
    decide_one,
    funding,
    offering,
    prices,
    provider,
    verdict,
)

HOLE = "on_hold: no_time_class"
NEEDS = "refused: field_missing"
DIFFERING = {"weekday": 3600, "evening": 4140, "night": 5000, "saturday": 4320, "sunday_or_holiday": 7200}
SAME_ON_WEEKDAYS = {**DIFFERING, "evening": 3600, "night": 3600}

# unit, values, prices, day, outcome: charges without times
WITHOUT_TIMES = [
    ("hour", {"any_": 3600}, {"any_": 4000}, "2026-11-03", "accepted"),
    ("hour", DIFFERING, {"any_": 4000}, "2026-11-03", NEEDS),
    ("hour", {"any_": 3600}, DIFFERING, "2026-11-03", NEEDS),
    ("hour", {}, DIFFERING, "2026-11-03", NEEDS),
    ("hour", {}, {"any_": 4000}, "2026-11-03", "accepted"),
    ("hour", DIFFERING, {"any_": 4000}, "2026-11-07", "accepted"),  # one class the whole Saturday
    ("hour", DIFFERING, {"any_": 4000}, "2026-11-08", "accepted"),
    ("hour", SAME_ON_WEEKDAYS, {"any_": 4000}, "2026-11-03", "accepted"),
    ("hour", {"any_": 3600, "evening": 4000}, {"any_": 4000}, "2026-11-03", NEEDS),
    ("hour", {"any_": 3600, "saturday": 4000}, {"any_": 4000}, "2026-11-03", "accepted"),
    ("hour", {"weekday": 3600}, {"any_": 4000}, "2026-11-03", NEEDS),  # a class without a value differs too
    ("visit", DIFFERING, {"any_": 4000}, "2026-11-03", "accepted"),
    ("visit", DIFFERING, DIFFERING, "2026-11-07", "accepted"),
    ("km", {"evening": 3600}, {"any_": 4000}, "2026-11-03", HOLE),
]


@pytest.mark.parametrize(("unit", "values", "price", "day", "expected"), WITHOUT_TIMES)
def test_times_are_needed_where_the_class_makes_a_difference(
    unit: str, values: dict[str, int], price: dict[str, int], day: str, expected: str
) -> None:
    facts = book(
        funding(values=cents_by_class(**values)),
        providers=[provider(offering=offering(unit=unit, prices=prices(**price)))],
    )
    outcome = decide_one(facts, service_day=day, unit=unit, quantity="1", unit_price="36.00")
    assert verdict(outcome) == expected


AROUND_NOON = calendar(
    ("weekday", "00:00", "12:00", "morning"),
    ("weekday", "12:00", "12:01", "noon"),
    ("weekday", "12:01", "24:00", "evening"),
)


def test_without_times_the_class_at_noon_counts() -> None:
    facts = book(
        funding(values=cents_by_class(morning=1000, noon=2000, evening=3000)),
        county=county(calendar=AROUND_NOON),
        providers=[provider(offering=offering(unit="visit"))],
    )
    outcome = decide_one(facts, unit="visit", quantity="1")
    assert isinstance(outcome, Accepted)
    assert outcome.split.county_pays_cents == 2000
