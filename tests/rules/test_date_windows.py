"""R-05, R-11, R-12, R-26: the day before, the first, the last, the day after."""

from datetime import date, timedelta

import pytest

from foundation.vocabulary.dates import DateWindow, PeriodKind, period_number, period_of, periods_touching
from tests.rules.facts_builder import TODAY, book, county, decide_one, funding, verdict

OK = "accepted"
OUTSIDE, FUTURE = "refused: outside_voucher_window", "refused: service_day_in_future"
ENDED, LATE = "refused: client_ended", "refused: too_late"

FUTURES = [
    ("2026-11-20", OK),
    ("2026-11-21", OK),
    ("2026-11-22", FUTURE),
    ("2026-12-31", FUTURE),
]


@pytest.mark.parametrize(("day", "expected"), FUTURES)
def test_service_day_in_future(day: str, expected: str) -> None:
    assert verdict(decide_one(service_day=day)) == expected


WINDOWS = [
    ("2026-10-01", "2026-10-31", "2026-09-30", OUTSIDE),
    ("2026-10-01", "2026-10-31", "2026-10-01", OK),
    ("2026-10-01", "2026-10-31", "2026-10-02", OK),
    ("2026-10-01", "2026-10-31", "2026-10-30", OK),
    ("2026-10-01", "2026-10-31", "2026-10-31", OK),
    ("2026-10-01", "2026-10-31", "2026-11-01", OUTSIDE),
    ("2026-10-15", "2026-10-15", "2026-10-14", OUTSIDE),
    ("2026-10-15", "2026-10-15", "2026-10-15", OK),
    ("2026-10-15", "2026-10-15", "2026-10-16", OUTSIDE),
]


@pytest.mark.parametrize(("first", "last", "day", "expected"), WINDOWS)
def test_outside_voucher_window(first: str, last: str, day: str, expected: str) -> None:
    window = DateWindow(date.fromisoformat(first), date.fromisoformat(last))
    assert verdict(decide_one(book(funding(window=window)), service_day=day)) == expected


LEAP_DAYS = [("2024-02-28", OUTSIDE), ("2024-02-29", OK), ("2024-03-01", OUTSIDE)]


@pytest.mark.parametrize(("day", "expected"), LEAP_DAYS)
def test_a_window_of_29_february(day: str, expected: str) -> None:
    leap = date(2024, 2, 29)
    facts = funding(
        window=DateWindow(leap, leap), states=funding_open_since_2023(), choices=chosen_since_2023()
    )
    result = verdict(
        decide_one(book(facts, today=date(2024, 3, 5)), service_day=day, received=date(2024, 3, 5))
    )
    assert result == expected


def funding_open_since_2023() -> object:
    return tuple((day.replace(year=2023), state) for day, state in funding().states)


def chosen_since_2023() -> object:
    from tests.rules.facts_builder import choice

    return (choice(first_day=date(2023, 1, 1)),)


CLIENT_ENDS = [
    (None, "2026-11-03", OK),
    ("2026-11-04", "2026-11-03", OK),
    ("2026-11-03", "2026-11-03", OK),
    ("2026-11-02", "2026-11-03", ENDED),
    ("2026-10-01", "2026-11-03", ENDED),
]


@pytest.mark.parametrize(("ended_on", "day", "expected"), CLIENT_ENDS)
def test_client_ended(ended_on: str | None, day: str, expected: str) -> None:
    facts = funding(client_ended_on=date.fromisoformat(ended_on) if ended_on else None)
    assert verdict(decide_one(book(facts), service_day=day)) == expected


LATE_DAYS = [
    (60, 0, OK),
    (60, 59, OK),
    (60, 60, OK),
    (60, 61, LATE),
    (60, 100, LATE),
    (0, 0, OK),
    (0, 1, LATE),
    (30, 30, OK),
    (30, 31, LATE),
]


@pytest.mark.parametrize(("late_days", "age", "expected"), LATE_DAYS)
def test_too_late(late_days: int, age: int, expected: str) -> None:
    facts = book(county=county(late_days=late_days))
    assert verdict(decide_one(facts, service_day=(TODAY - timedelta(days=age)).isoformat())) == expected


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        (date(2026, 11, 9), OK),
        (date(2026, 11, 10), LATE),
        (date(2026, 11, 30), LATE),
        (date(2026, 12, 1), OK),
    ],
)
def test_late_days_are_those_of_the_day_of_arrival(received: date, expected: str) -> None:
    changes = ((date(2026, 11, 10), 5), (date(2026, 12, 1), 90))
    facts = book(county=county(late_days_changes=changes))
    assert verdict(decide_one(facts, service_day="2026-10-20", received=received)) == expected


def test_late_days_count_from_the_day_of_arrival_not_from_today() -> None:
    assert verdict(decide_one(service_day="2026-09-01", received=date(2026, 10, 31))) == OK
    assert verdict(decide_one(service_day="2026-09-01", received=date(2026, 11, 1))) == LATE


def test_a_worker_may_admit_a_late_charge() -> None:
    assert verdict(decide_one(service_day="2026-01-02", waived=frozenset({"too_late"}))) == OK


PERIODS = [
    (PeriodKind.WEEK, "2026-11-21", "2026-11-16", "2026-11-22"),
    (PeriodKind.WEEK, "2026-11-16", "2026-11-16", "2026-11-22"),
    (PeriodKind.WEEK, "2026-01-01", "2025-12-29", "2026-01-04"),
    (PeriodKind.WEEK, "2027-01-03", "2026-12-28", "2027-01-03"),
    (PeriodKind.MONTH, "2026-11-21", "2026-11-01", "2026-11-30"),
    (PeriodKind.MONTH, "2024-02-29", "2024-02-01", "2024-02-29"),
    (PeriodKind.MONTH, "2026-12-31", "2026-12-01", "2026-12-31"),
    (PeriodKind.QUARTER, "2026-11-21", "2026-10-01", "2026-12-31"),
    (PeriodKind.QUARTER, "2026-01-01", "2026-01-01", "2026-03-31"),
    (PeriodKind.QUARTER, "2026-06-30", "2026-04-01", "2026-06-30"),
    (PeriodKind.WEEK, "9999-12-31", "9999-12-27", "9999-12-31"),
    (PeriodKind.MONTH, "9999-12-31", "9999-12-01", "9999-12-31"),
]


@pytest.mark.parametrize(("kind", "day", "first", "last"), PERIODS)
def test_period_of_a_day(kind: PeriodKind, day: str, first: str, last: str) -> None:
    expected = DateWindow(date.fromisoformat(first), date.fromisoformat(last))
    assert period_of(kind, date.fromisoformat(day)) == expected


@pytest.mark.parametrize("kind", list(PeriodKind))
def test_periods_are_numbered_one_after_another(kind: PeriodKind) -> None:
    periods = list(periods_touching(kind, DateWindow(date(2024, 1, 1), date(2027, 1, 10))))
    numbers = [period_number(kind, p.first) for p in periods]
    assert numbers == list(range(numbers[0], numbers[0] + len(periods)))
    assert [period_number(kind, p.last) for p in periods] == numbers
