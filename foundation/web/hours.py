"""Hours of a day in words, as short as people say them."""

from __future__ import annotations

from datetime import time

from foundation.web.formats import time_text


def hours_text(starts: time, ends: time) -> str:
    """Format hours as `9–12`, `9.30–12`, in English `9:30–12`; midnight at the end is 24."""
    return f"{_short(starts)}–{'24' if ends == time() else _short(ends)}"


def _short(clock: time) -> str:
    return time_text(clock) if clock.minute else str(clock.hour)
