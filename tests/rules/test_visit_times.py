"""R-06: times that cannot be, the clock changes, and the length against the quantity."""

from datetime import UTC, datetime

import pytest

from clearing.charges.reading.fields import read_charge
from tests.rules.facts_builder import book, decide_one, offering, provider, sent, verdict

OK, INVALID, MISSING = "accepted", "refused: times_invalid", "refused: field_missing"

# service day, start, end, quantity
LENGTHS = [
    ("2026-11-03", "10:00", "12:00", "2.00", OK),
    ("2026-11-03", "10:00", "12:00", "1.99", INVALID),
    ("2026-11-03", "10:00", "12:00", "2.01", INVALID),
    ("2026-11-03", "10:00", "10:01", "0.02", OK),  # 1/60 = 0.0167
    ("2026-11-03", "10:00", "10:20", "0.33", OK),
    ("2026-11-03", "10:00", "10:20", "0.34", INVALID),
    ("2026-11-03", "10:00", "10:40", "0.67", OK),
    ("2026-11-03", "10:00", "10:03", "0.05", OK),
    ("2026-11-03", "10:00", "10:45", "0.75", OK),
    ("2026-11-03", "10:00", "10:00", "1.00", INVALID),
    ("2026-11-03", "10:01", "10:00", "1.00", INVALID),
    ("2026-11-03", "22:00", "02:00", "4.00", INVALID),  # the end day is needed
    ("2026-11-03", "22:00", "2026-11-04T02:00", "4.00", OK),
    ("2026-11-03", "22:00", "2026-11-04T00:00", "2.00", OK),
    ("2026-11-03", "22:00", "2026-11-03T23:00", "1.00", OK),
    ("2026-11-03", "22:00", "2026-11-02T23:00", "1.00", INVALID),
    ("2026-11-03", "08:00", "2026-11-04T19:59", "35.98", OK),
    ("2026-11-03", "08:00", "2026-11-04T20:00", "36.00", INVALID),  # a visit lasts under 36 h
    ("2026-11-03", "08:00", "2036-11-04T20:00", "36.00", INVALID),
    # Spring: 29 March 2026, 03:00 becomes 04:00.
    ("2026-03-29", "02:59", "04:01", "0.03", OK),
    ("2026-03-29", "02:00", "04:00", "1.00", OK),
    ("2026-03-29", "02:00", "04:00", "2.00", INVALID),
    ("2026-03-29", "03:00", "05:00", "1.00", INVALID),
    ("2026-03-29", "03:30", "05:00", "1.00", INVALID),
    ("2026-03-29", "03:59", "05:00", "1.00", INVALID),
    ("2026-03-29", "04:00", "05:00", "1.00", OK),
    ("2026-03-29", "02:00", "03:30", "0.50", INVALID),
    ("2026-03-28", "22:00", "2026-03-29T06:00", "7.00", OK),
    ("2026-03-28", "22:00", "2026-03-29T03:15", "5.25", INVALID),
    ("2026-03-29", "03:30+02:00", "05:00", "1.00", INVALID),
    # Autumn: 25 October 2026, 04:00 becomes 03:00; 03:00–03:59 stands twice.
    ("2026-10-25", "02:00", "04:00", "3.00", OK),
    ("2026-10-25", "02:00", "04:00", "2.00", INVALID),
    ("2026-10-25", "03:00", "03:30", "0.50", OK),
    ("2026-10-25", "03:00+03:00", "03:30+03:00", "0.50", OK),
    ("2026-10-25", "03:00+02:00", "03:30+02:00", "0.50", OK),
    ("2026-10-25", "03:00+03:00", "03:30+02:00", "1.50", OK),
    ("2026-10-25", "03:00", "03:30+02:00", "1.50", OK),
    ("2026-10-25", "03:30", "03:30+02:00", "1.00", OK),
    ("2026-10-25", "03:00+02:00", "03:30", "0.50", INVALID),  # without an offset it is the first
    ("2026-10-25", "02:59", "03:00", "0.02", OK),
    ("2026-10-25", "03:59", "04:00", "1.02", OK),
    ("2026-10-25", "03:59+02:00", "04:00", "0.02", OK),
    ("2026-10-24", "22:00", "2026-10-25T06:00", "9.00", OK),
    ("2026-10-24", "22:00", "2026-10-25T03:30+02:00", "6.50", OK),
    # An offset that Helsinki does not have at that minute is a time that does not exist.
    ("2026-11-03", "10:00+02:00", "12:00+02:00", "2.00", OK),
    ("2026-11-03", "10:00+03:00", "12:00", "3.00", INVALID),
    ("2026-11-03", "10:00", "12:00+00:00", "2.00", INVALID),
    ("2026-11-03", "10:00", "12:00-02:00", "2.00", INVALID),
    ("2026-11-03", "10:00", "12:00+12:00", "2.00", INVALID),
    ("2026-11-03", "10:00", "12:00+02:30", "2.00", INVALID),
    ("2026-11-03", "10:00", "12:00+02:01", "2.00", INVALID),
    # 29 February
    (
        "2028-02-28",
        "23:00",
        "2028-02-29T01:00",
        "2.00",
        "refused: service_day_in_future outside_voucher_window",
    ),
]


@pytest.mark.parametrize(("day", "start", "end", "quantity", "expected"), LENGTHS)
def test_times_invalid(day: str, start: str, end: str, quantity: str, expected: str) -> None:
    changes = {"service_day": day, "start": start, "end": end, "quantity": quantity, "unit_price": "1.00"}
    outcome = verdict(decide_one(**changes, waived=frozenset({"too_late"})))
    assert outcome == expected


@pytest.mark.parametrize(("end", "expected"), [("10:00", INVALID), ("10:01", OK), ("09:59", INVALID)])
def test_a_visit_takes_at_least_a_minute(end: str, expected: str) -> None:
    facts = book(providers=[provider(offering=offering(unit="visit"))])
    result = verdict(decide_one(facts, unit="visit", quantity="1", start="10:00", end=end))
    assert result == expected


def test_length_is_compared_only_with_hours() -> None:
    result = verdict(decide_one(unit="visit", start="10:00", end="12:00", quantity="1.00"))
    assert result == "refused: unit_mismatch"


def utc(day: int, hour: int, minute: int) -> datetime:
    """Return an instant of October 2026."""
    return datetime(2026, 10, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "starts", "ends"),
    [
        ("03:30", "04:30", utc(25, 0, 30), utc(25, 2, 30)),
        ("03:30+02:00", "04:30", utc(25, 1, 30), utc(25, 2, 30)),
        ("00:00", "01:00", utc(24, 21, 0), utc(24, 22, 0)),
    ],
)
def test_times_are_helsinki_times(start: str, end: str, starts: datetime, ends: datetime) -> None:
    charge = read_charge(sent(service_day="2026-10-25", start=start, end=end))[0]
    assert (charge.start, charge.end) == (starts, ends)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_do_not_break(day: str) -> None:
    assert "times_invalid" in verdict(decide_one(service_day=day, start="00:00", end="23:59", quantity="1"))


def test_times_without_their_day_are_not_judged() -> None:
    assert verdict(decide_one(service_day="x", start="12:00", end="10:00")) == "refused: field_malformed"
