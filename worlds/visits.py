"""Simulated visits week by week, and the charges that providers send for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from clearing.plans.facts.plan import TimedPattern
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import format_hundredths
from foundation.vocabulary.units import HOUR
from worlds.providers import OfferingPlan, WrittenProvider
from worlds.services import BY_CODE

ChargeRow = dict[str, str]
"""The fields of a charge as a provider sends it."""

ATTENDANCE, CANCELLED_LATE = 0.93, 0.95
"""A random number below the first: the visit takes place; between the two: it is cancelled late."""

LATE_HOURS = 2
SATURDAY, SUNDAY = 5, 6
HALF_HOURS = 2


@dataclass(frozen=True, slots=True)
class Routine:
    """A client's regular help from one provider: an amount of a service per week, within a window."""

    voucher: str
    client: str
    provider: WrittenProvider
    service: str
    weekly: float
    window: DateWindow
    worker: str
    weekday: int
    hour: int


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit and the charge for it; the charge gets its reference when it is sent."""

    day: date
    routine: Routine
    sent: ChargeRow


def visits_of(routine: Routine, last: date, random: Random) -> Iterator[Visit]:
    """Yield the visits of a routine up to a day, in order; some do not take place."""
    last = min(last, routine.window.last)
    monday = routine.window.first - timedelta(days=routine.window.first.weekday())
    week = 0
    while monday <= last:
        for day, quantity in _days_of_week(routine, monday, week):
            if not routine.window.first <= day <= last or (fate := random.random()) >= CANCELLED_LATE:
                continue
            if fate < ATTENDANCE:
                yield Visit(day, routine, _charge(routine, day, quantity, random))
            elif sent := _cancelled(routine, day, quantity, random):
                yield Visit(day, routine, sent)
        monday += timedelta(days=7)
        week += 1


def _days_of_week(routine: Routine, monday: date, week: int) -> list[tuple[date, float]]:
    """Return the days of the visits of a week, with the quantity of each."""
    unit = BY_CODE[routine.service].unit
    day = monday + timedelta(days=routine.weekday)
    if unit == "month":
        return [(day, 1.0)] if day.day <= 7 else []
    if unit == "day":
        return [(day, 1.0), (day + timedelta(days=1), 1.0)] if week % 3 == 0 else []
    if unit == "hour":
        times, each = times_of_week(routine.weekly)
        return [(monday + timedelta(days=(routine.weekday + 2 * n) % 7), each) for n in range(times)]
    if unit == "piece":
        return [(day, routine.weekly)]
    if unit == "km":
        return [(day, routine.weekly / 2), (day + timedelta(days=2), routine.weekly / 2)]
    count = max(1, round(routine.weekly))
    return [(monday + timedelta(days=(routine.weekday + 3 * n) % 7), 1.0) for n in range(count)]


def times_of_week(weekly: float) -> tuple[int, float]:
    """Return how many visits a week gives so many hours, and the hours of each."""
    times = max(1, min(4, round(weekly / 2.5)))
    return times, round(weekly / times * HALF_HOURS) / HALF_HOURS


def timed_visits(weekly: float, first_day: date, hour: int) -> TimedPattern:
    """Return the pattern of a routine that begins its weeks on a Monday at an hour."""
    times, each = times_of_week(weekly)
    return TimedPattern(frozenset(2 * n for n in range(times)), hour * 60, round(each * 60), first_day)


def _charge(routine: Routine, day: date, quantity: float, random: Random) -> ChargeRow:
    unit = BY_CODE[routine.service].unit
    if unit == "km":
        quantity = max(1.0, round(quantity * random.uniform(0.6, 1.3)))
    sent: ChargeRow = {
        "reference": "",
        "voucher": routine.voucher,
        "service": routine.service,
        "service_day": day.isoformat(),
        "quantity": format_hundredths(round(quantity * 100)),
        "unit": unit,
        "unit_price": format_hundredths(_list_price(routine, day)),
        "client": routine.client,
        "worker": routine.worker,
    }
    if unit in ("hour", "visit"):
        length = round(quantity * 60) if unit == "hour" else 60
        sent["start"] = f"{routine.hour:02d}:00"
        sent["end"] = f"{routine.hour + length // 60:02d}:{length % 60:02d}"
    return sent


def _cancelled(routine: Routine, day: date, quantity: float, random: Random) -> ChargeRow | None:
    """Return the charge for a visit cancelled late; None if the unit is not an hour or the share is zero."""
    offering = _offering(routine)
    if BY_CODE[routine.service].unit != HOUR or not offering.cancel_share_percent:
        return None
    sent = _charge(routine, day, quantity, random)
    share = _list_price(routine, day) * offering.cancel_share_percent // 100
    cancellation = {"cancel_reason": "client_ill", "notice_hours": f"{LATE_HOURS}.00"}
    return sent | cancellation | {"unit_price": format_hundredths(share)}


def _offering(routine: Routine) -> OfferingPlan:
    offerings = routine.provider.plan.offerings
    return next(offering for offering in offerings if offering.service == routine.service)


def _list_price(routine: Routine, day: date) -> int:
    """Return the provider's price in cents on a day, for a visit in the daytime."""
    time_class = "saturday" if day.weekday() == SATURDAY else "weekday"
    if day.weekday() == SUNDAY:
        time_class = "sunday_or_holiday"
    prices = {
        name: cents
        for name, cents, first, last in _offering(routine).prices
        if first <= day and (last is None or day <= last)
    }
    return prices.get(time_class) or prices["any"]
