"""How long messages are kept."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def last_day_kept(sent_on: date, months: int) -> date:
    """Return the last day on which a message is kept: the same day of the month, `months` later.

    If that month is shorter, its last day.
    """
    place = sent_on.year * 12 + sent_on.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(sent_on.day, monthrange(year, month)[1]))
