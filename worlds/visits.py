"""Visits as they come about week by week, and the charges that providers write of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import format_hundredths
from foundation.vocabulary.units import HOUR
from worlds.providers import OfferingPlan, WrittenProvider
from worlds.services import BY_CODE

Sent = dict[str, str]
"""A charge as a provider sends it."""

ATTENDANCE, CANCELLED_LATE = 0.93, 0.95
"""Below the first the client is there; between the two the visit is cancelled shortly before."""

LATE_HOURS = 2
SATURDAY, SUNDAY = 5, 6
HALF_HOURS = 2


@dataclass(frozen=True, slots=True)
class Routine:
    """A client's regular help from one provider: so much of a service a week, while it lasts."""

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
    """One visit, with the charge for it; its reference is the provider's own running number."""

    day: date
    routine: Routine
    sent: Sent


def visits_of(routine: Routine, last: date, random: Random) -> Iterator[Visit]:
    """The visits of a routine up to a day, in order; some are missed."""
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
    """On which days of this week, and how much on each."""
    unit = BY_CODE[routine.service].unit
    day = monday + timedelta(days=routine.weekday)
    if unit == "month":
        return [(day, 1.0)] if day.day <= 7 else []
    if unit == "day":
        return [(day, 1.0), (day + timedelta(days=1), 1.0)] if week % 3 == 0 else []
    if unit == "hour":
        times = max(1, min(4, round(routine.weekly / 2.5)))
        each = round(routine.weekly / times * HALF_HOURS) / HALF_HOURS
        return [(monday + timedelta(days=(routine.weekday + 2 * n) % 7), each) for n in range(times)]
    if unit == "piece":
        return [(day, routine.weekly)]
    if unit == "km":
        return [(day, routine.weekly / 2), (day + timedelta(days=2), routine.weekly / 2)]
    count = max(1, round(routine.weekly))
    return [(monday + timedelta(days=(routine.weekday + 3 * n) % 7), 1.0) for n in range(count)]


def _charge(routine: Routine, day: date, quantity: float, random: Random) -> Sent:
    unit = BY_CODE[routine.service].unit
    if unit == "km":
        quantity = max(1.0, round(quantity * random.uniform(0.6, 1.3)))
    sent: Sent = {
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


def _cancelled(routine: Routine, day: date, quantity: float, random: Random) -> Sent | None:
    """The charge for a visit cancelled late; None without hours, or where the rule gives nothing."""
    offering = _offering(routine)
    if BY_CODE[routine.service].unit != HOUR or not offering.cancel_share_percent:
        return None
    sent = _charge(routine, day, quantity, random)
    share = _list_price(routine, day) * offering.cancel_share_percent // 100
    told = {"cancel_reason": "client_ill", "notice_hours": f"{LATE_HOURS}.00"}
    return sent | told | {"unit_price": format_hundredths(share)}


def _offering(routine: Routine) -> OfferingPlan:
    return next(one for one in routine.provider.plan.offerings if one.service == routine.service)


def _list_price(routine: Routine, day: date) -> int:
    """The provider's price that day in cents, for a visit by day."""
    time_class = "saturday" if day.weekday() == SATURDAY else "weekday"
    if day.weekday() == SUNDAY:
        time_class = "sunday_or_holiday"
    prices = {
        one: cents
        for one, cents, first, last in _offering(routine).prices
        if first <= day and (last is None or day <= last)
    }
    return prices.get(time_class) or prices["any"]
