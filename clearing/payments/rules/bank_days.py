"""Days on which the euro payment system is open: a payment is carried out on one of them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import holidays

from foundation.vocabulary.dates import ONE_DAY

_SATURDAY = 5


@lru_cache
def _closed(year: int) -> frozenset[date]:
    """Return the days from Monday to Friday of a year on which TARGET is closed, with some of weekends."""
    return frozenset(holidays.financial_holidays("ECB", years=year))


def is_bank_day(day: date) -> bool:
    """Return whether the euro payment system (TARGET, ECB) is open on a day."""
    return day.weekday() < _SATURDAY and day not in _closed(day.year)


def next_bank_day(day: date) -> date:
    """The first day after `day` on which the euro payment system (TARGET, ECB) is open."""
    candidate = day + ONE_DAY
    while not is_bank_day(candidate):
        candidate += ONE_DAY
    return candidate


def bank_days_before(day: date, count: int) -> date:
    """Return the bank day that is `count` bank days before a day."""
    for _ in range(count):
        day -= ONE_DAY
        while not is_bank_day(day):
            day -= ONE_DAY
    return day
