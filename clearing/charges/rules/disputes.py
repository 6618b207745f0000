"""When a client's "not right" about a paid visit is to be answered."""

from __future__ import annotations

from datetime import date, timedelta

from clearing.eligibility.facts.calendar import DayKind
from clearing.eligibility.rules.civil_days import day_kind

ANSWER_WITHIN_DAYS = 3
"""Working days, without the day of the dispute."""


def answer_by(disputed_on: date) -> date:
    """Return the last day to answer: the third working day after the dispute."""
    day, left = disputed_on, ANSWER_WITHIN_DAYS
    while left:
        day += timedelta(days=1)
        left -= day_kind(day) is DayKind.WEEKDAY
    return day
