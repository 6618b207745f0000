"""Weekdays, Saturdays, Sundays and holidays in Finland (rulebook, Time class)."""

from datetime import date
from functools import lru_cache

import holidays

from clearing.eligibility.facts.calendar import DayKind


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    """Return the Finnish public holidays; the eves of Christmas and Midsummer are among them."""
    return frozenset(holidays.country_holidays("FI", years=year))


@lru_cache(maxsize=4096)
def day_kind(day: date) -> DayKind:
    """Tell the kind of a day: public holidays, Christmas Eve and Midsummer Eve count as Sundays."""
    if day.weekday() == 6 or day in _public_holidays(day.year):
        return DayKind.SUNDAY_OR_HOLIDAY
    return DayKind.SATURDAY if day.weekday() == 5 else DayKind.WEEKDAY
