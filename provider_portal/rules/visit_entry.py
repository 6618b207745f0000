"""A visit that a provider typed, and the charge that it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from clearing.eligibility.facts.calendar import CalendarRange
from clearing.eligibility.facts.provider import CancellationRule
from clearing.eligibility.rules.cancelling import cancelled_visit_limit
from clearing.eligibility.rules.prices import line_sum
from clearing.eligibility.rules.time_classes import TimeClasses
from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.money import Money, format_hundredths, half_up_division
from foundation.vocabulary.units import HOUR

_ONE_DAY = timedelta(days=1)
_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """What was typed: quantity in hundredths, unit price in whole cents; None if nothing was typed.

    A cancelled visit has the notice (hundredths of an hour before the start) and the code of a reason; its
    times and quantity are the agreed ones.
    """

    reference: str
    voucher: str
    service: str
    unit: str
    service_day: date
    start: time | None = None
    end: time | None = None
    quantity: int | None = None
    unit_price_cents: int | None = None
    worker: str = ""
    note: str = ""
    notice_hundredths: int | None = None
    cancel_reason: str = ""

    @property
    def passes_midnight(self) -> bool:
        """Whether the end is on the next day: it is not after the start."""
        return self.start is not None and self.end is not None and self.end <= self.start

    @property
    def instants(self) -> tuple[datetime, datetime] | None:
        """Start and end in UTC; None if either was not typed."""
        if self.start is None or self.end is None:
            return None
        last_day = self.service_day + _ONE_DAY if self.passes_midnight else self.service_day
        return (
            datetime.combine(self.service_day, self.start, HELSINKI).astimezone(UTC),
            datetime.combine(last_day, self.end, HELSINKI).astimezone(UTC),
        )


def filled_in(
    entry: VisitEntry,
    prices: Mapping[str, Money],
    calendar: Sequence[CalendarRange],
    rule: CancellationRule | None = None,
) -> VisitEntry:
    """Fill in a quantity and a unit price that were not typed.

    The hours come from the times, the price from the day's price list (by time class). For a cancelled visit
    it is what the offering's cancellation rule allows of that price.
    """
    instants = entry.instants
    if entry.quantity is None and entry.unit == HOUR and instants is not None:
        entry = replace(entry, quantity=hours_between(*instants))
    if entry.unit_price_cents is None and entry.quantity:
        entry = replace(entry, unit_price_cents=list_unit_price(entry, prices, calendar, rule))
    return entry


def hours_between(start: datetime, end: datetime) -> int:
    """Return the elapsed hours in hundredths, half up (rulebook, Times)."""
    minutes = int((end - start).total_seconds()) // 60
    return (minutes * 100 + 30) // 60


def list_unit_price(
    entry: VisitEntry,
    prices: Mapping[str, Money],
    calendar: Sequence[CalendarRange],
    rule: CancellationRule | None = None,
) -> Money | None:
    """Return the highest unit price that is within the price list for all of the visit; None without a price.

    For a cancelled visit it is also within the cancellation rule. If the rule allows nothing, it is the full
    price, so that R-35 reports why nothing may be charged.
    """
    classes, instants = TimeClasses.of(calendar), entry.instants
    parts = (
        classes.at_noon(entry.service_day)
        if instants is None
        else classes.of_visit(*instants, entry.service_day)
    )
    quantity = entry.quantity or 0
    total = line_sum(parts, prices, quantity)
    if total is None or quantity <= 0:
        return None
    if entry.notice_hundredths is not None:
        total = cancelled_visit_limit(rule, entry.notice_hundredths // _HUNDREDTHS, total) or total
    return _unit_price_within(total, quantity)


def _unit_price_within(total: Money, quantity: int) -> Money:
    """Return the unit price whose line sum is closest to the total without exceeding it.

    The quotient rounded down may be a cent short: 1.25 hours at 35.37 are 44.21, and 44.21 / 1.25 is 35.368.
    """
    unit_price = total * 100 // quantity
    line, following = (half_up_division(price * quantity, 100) for price in (unit_price, unit_price + 1))
    return Money(unit_price + 1 if line < following <= total else unit_price)


def as_sent(entry: VisitEntry) -> dict[str, object]:
    """Return the charge under the contract's names, without what was not typed."""
    end = _clock(entry.end)
    if entry.passes_midnight:
        end = f"{(entry.service_day + _ONE_DAY).isoformat()}T{end}"
    charge = {
        "reference": entry.reference,
        "voucher": entry.voucher,
        "service": entry.service,
        "service_day": entry.service_day.isoformat(),
        "start": _clock(entry.start),
        "end": end,
        "quantity": _decimal(entry.quantity),
        "unit": entry.unit,
        "unit_price": _decimal(entry.unit_price_cents),
        "worker": entry.worker,
        "note": entry.note,
        "cancel_reason": entry.cancel_reason,
        "notice_hours": _decimal(entry.notice_hundredths),
    }
    return {name: value for name, value in charge.items() if value}


def _clock(at: time | None) -> str:
    return "" if at is None else f"{at:%H:%M}"


def _decimal(hundredths: int | None) -> str:
    return "" if hundredths is None else format_hundredths(hundredths)
