"""When a delivery is tried again, when it is given up, and when an address is stopped."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

WAITS: Final = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
    timedelta(hours=24),
    timedelta(hours=24),
)
"""How long to wait after the first failure, the second, …; after one more the delivery is given up."""
STOPS_AFTER: Final = timedelta(days=3)
"""How long everything may fail before nothing more is sent to an address."""


def next_attempt(failures: int, now: datetime) -> datetime | None:
    """Return when to try again after this many failures; None: it is given up."""
    return now + WAITS[failures - 1] if failures <= len(WAITS) else None


def is_over(failing_since: datetime, now: datetime) -> bool:
    """Return whether an address has failed for so long that it is stopped."""
    return now - failing_since >= STOPS_AFTER
