"""Free times: hours of the week, without closed days and the visits of clients."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.plans.facts.free_times import FreeHours, FreeSlot, TakenTime
from clearing.plans.rules.free_times import DAYS_AHEAD, SHORTEST_MINUTES, first_free_day, free_slots
from foundation.vocabulary.dates import DateWindow

MONDAY = date(2026, 11, 30)


def local(clock: str) -> datetime:
    """A time of Monday."""
    return datetime.combine(MONDAY, time.fromisoformat(clock))


TUESDAY = date(2026, 12, 1)
NOW = local("08:00")
NINE, TEN, ELEVEN, TWELVE = 540, 600, 660, 720


def hours(
    weekday: int = 1, start: int = NINE, end: int = TWELVE, *, first: date = MONDAY, last: date | None = None,
    at_once: int = 1, offerings: frozenset[int] = frozenset({1}),
) -> FreeHours:  # fmt: skip
    return FreeHours(weekday, start, end, first, last, at_once, offerings)


def visit(day: date, start: int, end: int, offering: int = 1) -> TakenTime:
    midnight = datetime.combine(day, datetime.min.time())
    return TakenTime(offering, midnight + timedelta(minutes=start), midnight + timedelta(minutes=end))


def of_day(slots: tuple[FreeSlot, ...], day: date) -> list[tuple[int, int]]:
    return [(slot.start_minute, slot.end_minute) for slot in slots if slot.day == day]


def test_hours_are_free_each_week_for_two_weeks_from_the_first_free_day() -> None:
    slots = free_slots(1, [hours()], (), (), NOW)
    assert slots == (FreeSlot(TUESDAY, NINE, TWELVE), FreeSlot(date(2026, 12, 8), NINE, TWELVE))
    assert first_free_day(slots, MONDAY) == TUESDAY
    assert first_free_day(slots, date(2026, 12, 2)) == date(2026, 12, 8)
    assert first_free_day((), MONDAY) is None


@pytest.mark.parametrize(
    ("visits", "at_once", "expected"),
    [
        ([], 1, [(NINE, TWELVE)]),
        ([(NINE, TEN)], 1, [(TEN, TWELVE)]),
        ([(TEN, ELEVEN)], 1, [(NINE, TEN), (ELEVEN, TWELVE)]),
        ([(480, TWELVE)], 1, []),
        ([(NINE, TWELVE - SHORTEST_MINUTES)], 1, [(TWELVE - SHORTEST_MINUTES, TWELVE)]),
        ([(NINE, TWELVE - SHORTEST_MINUTES + 1)], 1, []),
        ([(TEN, ELEVEN)], 2, [(NINE, TWELVE)]),
        ([(TEN, ELEVEN), (TEN, TWELVE)], 2, [(NINE, TEN), (ELEVEN, TWELVE)]),
        ([(-60, TEN)], 1, [(TEN, TWELVE)]),
        ([(TWELVE, 780)], 1, [(NINE, TWELVE)]),
    ],
)
def test_visits_of_clients_take_their_part(
    visits: list[tuple[int, int]], at_once: int, expected: list[tuple[int, int]]
) -> None:
    taken = [visit(TUESDAY, start, end) for start, end in visits]
    assert of_day(free_slots(1, [hours(at_once=at_once)], (), taken, NOW), TUESDAY) == expected


def test_a_day_that_is_taken_is_not_the_first_free_day() -> None:
    slots = free_slots(1, [hours()], (), [visit(TUESDAY, NINE, TWELVE)], NOW)
    assert first_free_day(slots, MONDAY) == date(2026, 12, 8)


def test_offerings_that_share_hours_share_their_visits_and_others_do_not() -> None:
    shared, own = hours(offerings=frozenset({1, 2})), hours(3, offerings=frozenset({1}))
    taken = [visit(TUESDAY, NINE, TWELVE, offering=2), visit(date(2026, 12, 3), NINE, TWELVE, offering=2)]
    assert first_free_day(free_slots(1, [shared, own], (), taken, NOW), MONDAY) == date(2026, 12, 3)
    assert free_slots(3, [shared, own], (), taken, NOW) == ()


def test_closed_days_and_days_outside_the_window_are_not_free() -> None:
    closed = [DateWindow(TUESDAY, date(2026, 12, 7))]
    assert first_free_day(free_slots(1, [hours()], closed, (), NOW), MONDAY) == date(2026, 12, 8)
    later = hours(first=date(2026, 12, 9))
    assert first_free_day(free_slots(1, [later], (), (), NOW), MONDAY) == date(2026, 12, 15)
    assert free_slots(1, [hours(last=MONDAY)], (), (), NOW) == ()
    far = MONDAY + timedelta(days=DAYS_AHEAD + 1)
    assert free_slots(1, [hours(far.weekday(), first=far)], (), (), NOW) == ()
    last = MONDAY + timedelta(days=DAYS_AHEAD)
    assert first_free_day(free_slots(1, [hours(last.weekday(), first=last)], (), (), NOW), MONDAY) == last


def test_what_has_begun_today_is_not_free() -> None:
    today = [hours(0)]
    assert of_day(free_slots(1, today, (), (), local("10:00")), MONDAY) == [(615, TWELVE)]
    assert of_day(free_slots(1, today, (), (), local("11:45")), MONDAY) == []


@given(
    st.lists(st.tuples(st.integers(0, 1380), st.integers(1, 600)), max_size=8),
    st.integers(1, 3),
)
def test_no_free_minute_has_as_many_visits_as_can_be_given(
    visits: list[tuple[int, int]], at_once: int
) -> None:
    taken = [visit(TUESDAY, start, start + length) for start, length in visits]
    free = of_day(free_slots(1, [hours(start=0, end=1440, at_once=at_once)], (), taken, NOW), TUESDAY)
    minutes = {minute for start, end in free for minute in range(start, end)}
    for minute in range(1440):
        busy = sum(start <= minute < start + length for start, length in visits)
        assert busy < at_once or minute not in minutes
        if busy < at_once and minute not in minutes:  # it is in a part that is too short
            assert not all(
                sum(start <= near < start + length for start, length in visits) < at_once
                for near in range(max(0, minute - 29), min(1440, minute + 30))
            )
