"""A visit that a provider typed, and the charge that it becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from foundation.vocabulary.money import format_hundredths

_ONE_DAY = timedelta(days=1)
_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """What was typed: quantity in hundredths, unit price in whole cents; None if nothing was typed.

    Hours that were not typed follow from the times, and a price from the day's price list, when the charge is
    decided.

    A cancelled visit has the notice (hundredths of an hour before the start) and the code of a reason; its
    times and quantity are the agreed ones. `visit` is the planned visit that it is the charge of.
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
    visit: str = ""

    @property
    def passes_midnight(self) -> bool:
        """Whether the end is on the next day: it is not after the start."""
        return self.start is not None and self.end is not None and self.end <= self.start


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
        "visit": entry.visit,
    }
    return {name: value for name, value in charge.items() if value}


def _clock(at: time | None) -> str:
    return "" if at is None else f"{at:%H:%M}"


def _decimal(hundredths: int | None) -> str:
    return "" if hundredths is None else format_hundredths(hundredths)
