"""Weeks of a plan, and the first day whose visits may still be charged."""

from __future__ import annotations

from datetime import date, timedelta

from foundation.vocabulary.dates import ONE_DAY

WEEK = 7


def weeks_between(first_day: date, last_day: date) -> int:
    """Return the weeks between two days, both included; a week that has begun counts, and at least one."""
    return max(1, -(-((last_day - first_day).days + 1) // WEEK))


def first_day_to_charge(first_day: date, charged_until: date | None, today: date, late_days: int) -> date:
    """Return the first day of a plan whose visits may still be charged.

    Providers charge in order of days, so what was planned until the last charged day and not charged was not
    given. After the late days nothing can be charged (R-26).
    """
    days = [first_day, today - timedelta(days=late_days)]
    return max(days if charged_until is None else [*days, charged_until + ONE_DAY])
