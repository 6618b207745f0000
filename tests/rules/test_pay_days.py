"""Pay days are bank days in order; each charge has one, and no change of the calendar moves it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.payments.rules.bank_days import bank_days_before, is_bank_day, next_bank_day
from clearing.payments.rules.pay_days import (
    PayDay,
    SettlementCalendar,
    calendar_on,
    next_pay_days,
    pay_day_of,
    pay_days,
)
from clearing.payments.rules.runs_due import (
    Expected,
    RunDue,
    expected_payment,
    first_day_of_run,
    run_due,
)
from foundation.vocabulary.dates import ONE_DAY

ALWAYS = date.min
TUESDAYS = SettlementCalendar(ALWAYS, 1, (), 3)
TWICE = SettlementCalendar(ALWAYS, None, (15, 31), 5)


def days(calendar: SettlementCalendar, first: date, count: int) -> list[str]:
    return [each.day.isoformat() for each in next_pay_days([calendar], first, count)]


@pytest.mark.parametrize(
    ("calendar", "first", "expected"),
    [
        (TUESDAYS, date(2026, 11, 30), ["2026-12-01", "2026-12-08", "2026-12-15"]),
        (TUESDAYS, date(2026, 12, 1), ["2026-12-01", "2026-12-08"]),  # a pay day itself counts
        # Good Friday 26 March 2027 and Easter Monday: the next bank day is Tuesday.
        (SettlementCalendar(ALWAYS, 4, (), 2), date(2027, 3, 22), ["2027-03-30", "2027-04-02"]),
        (TWICE, date(2027, 1, 16), ["2027-02-01", "2027-02-15", "2027-03-01", "2027-03-15"]),
        (SettlementCalendar(ALWAYS, None, (30, 31), 5), date(2028, 2, 1), ["2028-02-29", "2028-03-30"]),
        (SettlementCalendar(ALWAYS, None, (25,), 2), date(2026, 12, 1), ["2026-12-28", "2027-01-25"]),
        (SettlementCalendar(ALWAYS, None, (1,), 2), date(2026, 12, 30), ["2027-01-04", "2027-02-01"]),
    ],
)
def test_pay_days(calendar: SettlementCalendar, first: date, expected: list[str]) -> None:
    assert days(calendar, first, len(expected)) == expected


@pytest.mark.parametrize(
    ("came_in", "pay_day", "cut_off"),
    [
        (date(2026, 12, 8), date(2026, 12, 15), date(2026, 12, 8)),  # the cut-off itself
        (date(2026, 12, 9), date(2026, 12, 31), date(2026, 12, 23)),  # a day later; 25 Dec is closed
    ],
)
def test_the_pay_day_of_a_charge(came_in: date, pay_day: date, cut_off: date) -> None:
    assert pay_day_of([TWICE], came_in) == PayDay(pay_day, cut_off)


def test_before_the_first_calendar_there_is_no_pay_day() -> None:
    later = SettlementCalendar(date(2027, 1, 1), 1, (), 3)
    assert pay_day_of([], date(2026, 12, 1)) is None
    assert pay_day_of([later], date(2026, 12, 31)) is None
    assert days(later, date(2026, 12, 1), 1) == ["2027-01-12"]  # 5 January's charges came in before it
    assert next_pay_days([], date(2026, 12, 1), 6) == ()


DAYS = st.dates(date(2026, 1, 1), date(2030, 12, 31))
CUT_OFFS = st.integers(2, 20)
WEEKLY = st.builds(SettlementCalendar, DAYS, st.integers(0, 4), st.just(()), CUT_OFFS)
MONTHLY = st.builds(
    SettlementCalendar,
    DAYS,
    st.none(),
    st.sets(st.integers(1, 31), min_size=1, max_size=2).map(lambda found: tuple(sorted(found))),
    CUT_OFFS,
)
ENDS = st.builds(SettlementCalendar, DAYS, st.none(), st.just(()), st.just(0))
CALENDARS = st.lists(WEEKLY | MONTHLY | ENDS, max_size=4, unique_by=lambda each: each.from_day)


@given(CALENDARS, DAYS)
def test_pay_days_are_bank_days_in_order(calendars: list[SettlementCalendar], first: date) -> None:
    found = list(islice(pay_days(calendars, first), 30))
    goes_on = calendar_on(calendars, date.max) is not None
    assert len(found) == 30 if goes_on else len(found) <= 30
    assert all(is_bank_day(each.day) and each.day >= first for each in found)
    last_days = {each.from_day - ONE_DAY for each in calendars}
    assert all(is_bank_day(each.cut_off) or each.cut_off in last_days for each in found)
    assert all(earlier.day < later.day for earlier, later in pairwise(found))
    assert all(next_bank_day(each.cut_off + ONE_DAY) <= each.day for each in found)


@given(CALENDARS, DAYS)
def test_each_charge_has_one_pay_day_whose_cut_off_it_meets(
    calendars: list[SettlementCalendar], came_in: date
) -> None:
    found = pay_day_of(calendars, came_in)
    assert (found is None) == (calendar_on(calendars, came_in) is None)
    if found is None:
        return
    assert came_in <= found.cut_off < found.day
    near = {each.day: each for each in islice(pay_days(calendars, came_in), 60)}
    assert near[found.day].cut_off >= found.cut_off
    own = max((each for each in calendars if each.from_day <= came_in), key=lambda each: each.from_day)
    alone = islice(pay_days([own], came_in), 60)
    assert not [each for each in alone if each.day < found.day and each.cut_off >= came_in]


@given(CALENDARS, WEEKLY | MONTHLY | ENDS, DAYS)
def test_a_change_from_tomorrow_moves_no_charge_that_has_come_in(
    calendars: list[SettlementCalendar], new: SettlementCalendar, today: date
) -> None:
    later = [each for each in calendars if each.from_day != new.from_day]
    if new.from_day <= today:
        return
    for back in range(40):
        came_in = today - timedelta(days=back)
        before, after = pay_day_of(later, came_in), pay_day_of([*later, new], came_in)
        assert (before and before.day) == (after and after.day)


@given(WEEKLY | MONTHLY, DAYS, st.integers(0, 60))
def test_what_comes_in_later_is_not_paid_earlier(
    calendar: SettlementCalendar, came_in: date, more: int
) -> None:
    earlier = pay_day_of([calendar], came_in)
    later = pay_day_of([calendar], came_in + timedelta(days=more))
    assert earlier is None or (later is not None and earlier <= later)


@given(WEEKLY | MONTHLY, DAYS)
def test_a_run_prepared_on_any_day_between_reaches_the_day_that_was_told(
    calendar: SettlementCalendar, came_in: date
) -> None:
    """From the day after the cut-off to the bank day before the pay day."""
    told = pay_day_of([calendar], came_in)
    if told is None:
        return
    day, before = told.cut_off + ONE_DAY, told.cut_off - ONE_DAY
    before = max((each.cut_off for each in _earlier(calendar, told)), default=before)
    while day <= bank_days_before(told.day, 1):
        due = run_due([calendar], before, came_in, day)
        assert due is not None
        assert (due.pay_day, due.missed) == (told, None)
        assert first_day_of_run(due, told.cut_off, day) == told.day
        assert expected_payment([calendar], came_in, before, day) == Expected(told.day, False)
        day += ONE_DAY


def _earlier(calendar: SettlementCalendar, told: PayDay) -> list[PayDay]:
    near = islice(pay_days([calendar], told.day - timedelta(days=45)), 20)
    return [each for each in near if each.day < told.day]


SETTLED, CUT_OFF, PAY_DAY = date(2026, 11, 23), date(2026, 12, 8), date(2026, 12, 15)


@pytest.mark.parametrize(
    ("today", "settled", "due"),
    [
        (CUT_OFF, SETTLED, None),
        (date(2026, 12, 9), SETTLED, RunDue(PayDay(PAY_DAY, CUT_OFF), None)),
        (date(2026, 12, 14), SETTLED, RunDue(PayDay(PAY_DAY, CUT_OFF), None)),
        (PAY_DAY, SETTLED, RunDue(PayDay(PAY_DAY, CUT_OFF), PAY_DAY)),
        (date(2026, 12, 9), CUT_OFF, None),
        (date(2026, 12, 28), SETTLED, RunDue(PayDay(date(2026, 12, 31), date(2026, 12, 23)), PAY_DAY)),
    ],
)
def test_when_a_run_is_due(today: date, settled: date, due: RunDue | None) -> None:
    assert run_due([TWICE], settled, date.min, today) == due


def test_a_pay_day_without_charges_is_not_missed() -> None:
    due = RunDue(PayDay(date(2026, 12, 31), date(2026, 12, 23)), None)
    assert run_due([TWICE], None, CUT_OFF + ONE_DAY, date(2026, 12, 28)) == due
    assert run_due([TWICE], None, date(2026, 12, 24), date(2026, 12, 28)) is None


def test_a_run_is_paid_on_its_pay_day_unless_it_is_late_or_leaves_charges_out() -> None:
    today = date(2026, 12, 10)
    due = run_due([TWICE], SETTLED, CUT_OFF, today)
    assert first_day_of_run(due, CUT_OFF, today) == PAY_DAY
    assert first_day_of_run(due, CUT_OFF - ONE_DAY, today) == date(2026, 12, 11)
    assert first_day_of_run(None, CUT_OFF, today) == date(2026, 12, 11)
    late = date(2026, 12, 15)
    assert first_day_of_run(run_due([TWICE], SETTLED, CUT_OFF, late), CUT_OFF, late) == date(2026, 12, 16)


def test_a_charge_that_missed_its_run_is_in_the_next() -> None:
    """It was on hold when the run was prepared: the day counts on from the run."""
    came_in = date(2026, 12, 1)
    assert expected_payment([TWICE], came_in, SETTLED, date(2026, 12, 9)) == Expected(PAY_DAY, False)
    assert expected_payment([TWICE], came_in, CUT_OFF, date(2026, 12, 10)) == Expected(
        date(2026, 12, 31), False
    )
    assert expected_payment([TWICE], came_in, SETTLED, PAY_DAY) == Expected(PAY_DAY, True)
    assert expected_payment([], came_in, SETTLED, PAY_DAY) is None


def test_what_came_in_before_the_first_calendar_is_told_from_its_first_day() -> None:
    begins = date(2026, 12, 9)
    calendar = SettlementCalendar(begins, None, (15, 31), 5)
    assert expected_payment([calendar], date(2026, 11, 1), None, begins - ONE_DAY) is None
    assert expected_payment([calendar], date(2026, 11, 1), None, begins) == Expected(
        date(2026, 12, 31), False
    )


ENDS_ON = date(2026, 12, 4)
ENDED = [TWICE, SettlementCalendar(ENDS_ON, None, (), 0)]


def test_what_came_in_before_the_end_is_paid_on_its_day_and_then_there_is_none() -> None:
    last = PayDay(PAY_DAY, ENDS_ON - ONE_DAY)
    assert pay_day_of(ENDED, ENDS_ON - ONE_DAY) == last
    assert pay_day_of(ENDED, ENDS_ON) is None
    assert next_pay_days(ENDED, date(2026, 12, 1), 6) == (last,)
    assert next_pay_days(ENDED, PAY_DAY + ONE_DAY, 6) == ()
    assert expected_payment(ENDED, ENDS_ON - ONE_DAY, SETTLED, ENDS_ON) == Expected(PAY_DAY, False)
    assert expected_payment(ENDED, ENDS_ON, SETTLED, ENDS_ON) is None
    assert expected_payment(ENDED, ENDS_ON - ONE_DAY, SETTLED, ENDS_ON, admitted=ENDS_ON) is None


def test_the_last_run_is_due_and_late_after_the_end() -> None:
    last, oldest = PayDay(PAY_DAY, ENDS_ON - ONE_DAY), ENDS_ON - ONE_DAY
    assert run_due(ENDED, SETTLED, oldest, ENDS_ON) == RunDue(last, None)
    for day in (PAY_DAY, PAY_DAY + timedelta(days=400)):
        assert run_due(ENDED, SETTLED, oldest, day) == RunDue(last, PAY_DAY)
    assert (
        run_due(ENDED, SETTLED, ENDS_ON, PAY_DAY) is None
    )  # it came in after the end: nobody was told a day
    assert run_due(ENDED, ENDS_ON, oldest, PAY_DAY) is None


def test_what_comes_in_without_a_calendar_counts_from_the_next() -> None:
    begins = date(2027, 1, 11)
    again = [*ENDED, SettlementCalendar(begins, 1, (), 3)]
    assert expected_payment(again, ENDS_ON, SETTLED, begins - ONE_DAY) is None
    assert expected_payment(again, ENDS_ON, SETTLED, begins) == Expected(date(2027, 1, 19), False)
