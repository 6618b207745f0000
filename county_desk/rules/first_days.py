"""From which day each dated setting of a county is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from county_desk.rules.county_setup import CountySetup

BEGINNING = date.min


@dataclass(frozen=True, slots=True)
class FirstDays:
    """From which day each dated setting of a file is in force; `BEGINNING` for what was always so."""

    calendar: date
    late_days: date
    address: date
    settlement_calendar: date


DATED = ("calendar", "late_days", "address", "settlement_calendar")
"""The settings that are in force from a day on; each has its first day in a setting `…_from`."""


def first_days(setup: CountySetup, today: date, *, is_new: bool, in_use: bool) -> FirstDays:
    """Return the first days of what a file says: what it asks, but from tomorrow at the earliest.

    Today and before are locked, since charges were judged by them. A county without a voucher has nothing to
    lock: what its file gives no day for is so from the beginning.
    """

    def first(asked: date | None) -> date:
        if is_new:
            return BEGINNING
        tomorrow = today + timedelta(days=1)
        return max(asked or tomorrow, tomorrow) if in_use else asked or BEGINNING

    return FirstDays(*(first(getattr(setup, f"{name}_from")) for name in DATED))
