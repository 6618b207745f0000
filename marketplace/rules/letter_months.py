"""The months of which there are letters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from foundation.vocabulary.dates import DateWindow, PeriodKind, periods_touching

MOST_MONTHS = 24
"""Letters of so many months are offered; older months are in the list of movements."""


def letter_months(first_days: Iterable[date], day: date) -> list[DateWindow]:
    """Return the months from the first day of a voucher to a day, the newest first."""
    begun = [first_day for first_day in first_days if first_day <= day]
    if not begun:
        return []
    months = periods_touching(PeriodKind.MONTH, DateWindow(min(begun), day))
    return sorted(months, key=lambda month: month.first, reverse=True)[:MOST_MONTHS]
