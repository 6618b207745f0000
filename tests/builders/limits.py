"""Counters of limited acts in memory: tests of other things leave no rows."""

from __future__ import annotations

from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


def guess_window() -> MovingWindowRateLimiter:
    """Return a new counter of limited acts."""
    return MovingWindowRateLimiter(MemoryStorage())
