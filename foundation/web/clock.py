"""The one place that reads the clock. Everything else takes `now` or a day as an argument."""

from __future__ import annotations

from datetime import UTC, date, datetime

from foundation.vocabulary.dates import helsinki_day
from foundation.web.state import shell


def read_clock(frozen: datetime | None) -> datetime:
    """The time in UTC; a `standing` clock (OMATORI_CLOCK) is the time itself."""
    return datetime.now(UTC) if frozen is None else frozen.astimezone(UTC)


def now() -> datetime:
    """The time of this request, aware, in UTC."""
    return read_clock(shell().settings.clock)


def today() -> date:
    """The civil day in Finland now."""
    return helsinki_day(now())


def seconds_until(epoch_seconds: float) -> float:
    """How long it is to a moment that a library gave in seconds since 1970; never by the standing clock."""
    return epoch_seconds - datetime.now(UTC).timestamp()
