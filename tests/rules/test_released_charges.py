"""The pay day of a charge that was on hold: never one that no run could have paid it on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.payments.rules.pay_days import SettlementCalendar, pay_day_of
from clearing.payments.rules.runs_due import Expected, expected_payment, run_due
from foundation.vocabulary.dates import ONE_DAY
from tests.rules.test_pay_days import CALENDARS, CUT_OFF, DAYS, PAY_DAY, TWICE

CAME_IN, NEXT_CUT_OFF, NEXT_PAY_DAY = date(2026, 12, 1), date(2026, 12, 23), date(2026, 12, 31)


@pytest.mark.parametrize(
    ("admitted", "today", "expected"),
    [
        (None, CUT_OFF, Expected(PAY_DAY, False)),
        (CUT_OFF, PAY_DAY - ONE_DAY, Expected(PAY_DAY, False)),  # a run could still have it
        (CUT_OFF, PAY_DAY, Expected(PAY_DAY, True)),
        (CUT_OFF + ONE_DAY, CUT_OFF + ONE_DAY, Expected(NEXT_PAY_DAY, False)),
        (PAY_DAY + ONE_DAY, PAY_DAY + ONE_DAY, Expected(NEXT_PAY_DAY, False)),
        (NEXT_CUT_OFF + ONE_DAY, NEXT_CUT_OFF + ONE_DAY, Expected(date(2027, 1, 15), False)),
    ],
)
def test_the_day_of_a_released_charge(admitted: date | None, today: date, expected: Expected) -> None:
    assert expected_payment([TWICE], CAME_IN, None, today, admitted=admitted) == expected


@pytest.mark.parametrize(
    ("released", "pay_day"),
    [(date(2026, 12, 2), PAY_DAY), (date(2026, 12, 3), date(2026, 12, 11))],
)
def test_the_calendar_may_change_during_a_hold(released: date, pay_day: date) -> None:
    weekly = SettlementCalendar(date(2026, 12, 3), 4, (), 2)
    found = expected_payment([TWICE, weekly], CAME_IN, None, released, admitted=released)
    assert found == Expected(pay_day, False)


SETTLED = st.none() | st.integers(0, 60)
HOLDS = st.none() | st.integers(0, 90)


@given(CALENDARS, DAYS, HOLDS, st.integers(0, 90), SETTLED)
def test_a_day_in_the_past_is_of_a_run_that_is_late(
    calendars: list[SettlementCalendar], came_in: date, held: int | None, later: int, settled: int | None
) -> None:
    """What the provider reads as late, the officer reads as late too."""
    admitted = None if held is None else came_in + timedelta(days=held)
    oldest = admitted or came_in
    today = oldest + timedelta(days=later)
    until = None if settled is None else today - timedelta(days=1 + settled)
    found = expected_payment(calendars, came_in, until, today, admitted=admitted)
    if found is None:
        return
    assert found.is_late or found.day > today
    due = run_due(calendars, until, oldest, today)
    assert not found.is_late or (due is not None and due.missed is not None and due.missed <= found.day)


@given(CALENDARS, DAYS, st.integers(0, 90), SETTLED)
def test_nothing_is_late_on_the_day_of_its_release(
    calendars: list[SettlementCalendar], came_in: date, held: int, settled: int | None
) -> None:
    admitted = came_in + timedelta(days=held)
    until = None if settled is None else admitted - timedelta(days=1 + settled)
    found = expected_payment(calendars, came_in, until, admitted, admitted=admitted)
    assert found is None or not found.is_late


@given(CALENDARS, DAYS, st.integers(0, 90), st.integers(0, 90))
def test_a_released_charge_keeps_its_day(
    calendars: list[SettlementCalendar], came_in: date, held: int, later: int
) -> None:
    admitted = came_in + timedelta(days=held)
    first = expected_payment(calendars, came_in, None, admitted, admitted=admitted)
    own = pay_day_of(calendars, came_in)
    if first is None or own is None:
        return
    then = expected_payment(calendars, came_in, None, admitted + timedelta(days=later), admitted=admitted)
    assert then is not None
    assert then.day == first.day
    assert admitted > own.cut_off or first.day == own.day
