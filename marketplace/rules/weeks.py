"""Weeks of a plan."""

from __future__ import annotations

from datetime import date

WEEK = 7


def weeks_between(first_day: date, last_day: date) -> int:
    """Return the weeks between two days, both included; a week that has begun counts, and at least one."""
    return max(1, -(-((last_day - first_day).days + 1) // WEEK))
