"""Weekdays, Saturdays, Sundays and holidays in Finland (rulebook, Time class)."""

from datetime import date
from functools import cache

import holidays

from clearing.eligibility.facts.calendar import DayKind


@cache
def _public_holidays(year: int) -> frozenset[date]:
    """Return the Finnish public holidays; the eves of Christmas and Midsummer are among them.

    Cached because the library takes a millisecond for a year: this is its table, not memory of a batch.
    """
    return frozenset(holidays.country_holidays("FI", years=year))


def day_kind(day: date) -> DayKind:
    """Return the kind of a day: public holidays, Christmas Eve and Midsummer Eve count as Sundays."""
    if day.weekday() == 6 or day in _public_holidays(day.year):
        return DayKind.SUNDAY_OR_HOLIDAY
    return DayKind.SATURDAY if day.weekday() == 5 else DayKind.WEEKDAY
