"""How long tests wait for what must come: a shared machine may stand still for a while.

Nothing is faster or slower for it. It only ends a test whose program would never get there.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep

PATIENCE_SECONDS = 180
BROWSER_PATIENCE_MS = 60_000
PAUSE_SECONDS = 0.02


def wait_until(
    holds: Callable[[], object], what: str = "it never held", pause_seconds: float = PAUSE_SECONDS
) -> None:
    """Wait until `holds()` is true. Raises AssertionError with `what` in the end."""
    ends = monotonic() + PATIENCE_SECONDS
    while not holds():
        assert monotonic() < ends, what
        sleep(pause_seconds)
