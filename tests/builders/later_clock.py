"""A server whose clock runs ahead: time passes for the program as it does in a county, and no row is edited.

In production mode a set clock is refused, so libfaketime (`apt-get install faketime`) moves the clock of the
process. Where it is not installed the same server runs in development mode with a frozen clock.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from foundation.web.clock import read_clock

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))


def clock_ahead(ahead: timedelta) -> dict[str, str]:
    """Return the environment of a program whose clock is ahead of the machine's."""
    if not ahead:
        return {}
    if LIBRARIES:
        return {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME": f"+{int(ahead.total_seconds())}s",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
    return {"OMATORI_ENV": "development", "OMATORI_CLOCK": (read_clock(None) + ahead).isoformat()}
