"""Which times are free: hours of the week without closed days and planned visits of clients."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from clearing.plans.facts.free_times import FreeHours, FreeSlot, TakenTime
from foundation.vocabulary.dates import ONE_DAY, DateWindow, in_force

START_MINUTES: Final = 15
"""Today's free times begin at a quarter of an hour: nobody agrees on 10.01."""
SHORTEST_MINUTES: Final = 30
"""A shorter part is not shown as free: no visit fits in it."""
DAYS_AHEAD: Final = 90
"""How far free times are looked for; a time that is offered may not be farther either."""
SHOWN: Final = timedelta(days=13)
"""Times are kept of so many days after the first free one."""


def free_slots(
    offering_id: int,
    hours: Sequence[FreeHours],
    closed: Sequence[DateWindow],
    taken: Sequence[TakenTime],
    now: datetime,
) -> tuple[FreeSlot, ...]:
    """Return what is free of an offering in two weeks from its first free day, in order of time.

    A time is free if fewer clients than the provider can help at once have a planned visit then, of any of
    the offerings that share the hours. `now` is a Helsinki time without a zone: what has begun is not free.
    """
    own = [each for each in hours if offering_id in each.offering_ids]
    found: list[FreeSlot] = []
    for day in _open_days(now.date(), closed):
        if found and day > found[0].day + SHOWN:
            break
        of_day = {slot for each in own if _is_given(each, day) for slot in _free_of(each, day, taken, now)}
        found += sorted(of_day)
    return tuple(found)


def first_free_day(slots: Iterable[FreeSlot], today: date) -> date | None:
    """Return the first day from today on that has a free time; None if there is none."""
    return min((slot.day for slot in slots if slot.day >= today), default=None)


def _open_days(today: date, closed: Sequence[DateWindow]) -> Iterator[date]:
    for number in range(DAYS_AHEAD + 1):
        day = today + number * ONE_DAY
        if not any(day in window for window in closed):
            yield day


def _is_given(hours: FreeHours, day: date) -> bool:
    return day.weekday() == hours.weekday and in_force(hours.first_day, hours.last_day, day)


def _free_of(hours: FreeHours, day: date, taken: Sequence[TakenTime], now: datetime) -> Iterator[FreeSlot]:
    """Yield the parts of the hours in which somebody can still be helped, long enough for a visit."""
    midnight = datetime.combine(day, datetime.min.time())
    first = max(hours.start_minute, _next_start(_minute(now, midnight)) if day == now.date() else 0)
    visits = [
        (_minute(visit.start, midnight), _minute(visit.end, midnight))
        for visit in taken
        if visit.offering_id in hours.offering_ids
    ]
    edges = {first, hours.end_minute, *(edge for visit in visits for edge in visit)}
    inside = sorted(edge for edge in edges if first <= edge <= hours.end_minute)
    start = None
    for edge in inside:
        busy = sum(begins <= edge < ends for begins, ends in visits)
        if start is not None and (busy >= hours.at_once or edge == hours.end_minute):
            if edge - start >= SHORTEST_MINUTES:
                yield FreeSlot(day, start, edge)
            start = None
        elif start is None and busy < hours.at_once:
            start = edge


def _next_start(minute: int) -> int:
    """Return the first such minute after a minute."""
    return (minute // START_MINUTES + 1) * START_MINUTES


def _minute(moment: datetime, midnight: datetime) -> int:
    return int((moment - midnight).total_seconds() // 60)
