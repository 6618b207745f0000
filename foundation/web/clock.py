"""The only place that reads the clock. Everything else takes `now` or a day as an argument."""

from datetime import UTC, date, datetime

from foundation.vocabulary.dates import helsinki_day
from foundation.web.state import shell


def read_clock(frozen: datetime | None) -> datetime:
    """Return the time in UTC; that of a frozen clock (OMATORI_CLOCK) if there is one."""
    return datetime.now(UTC) if frozen is None else frozen.astimezone(UTC)


def now() -> datetime:
    """Return the time of this request, aware, in UTC."""
    return read_clock(shell().settings.clock)


def today() -> date:
    """Return the current civil day in Finland."""
    return helsinki_day(now())


def seconds_until(epoch_seconds: float) -> float:
    """Return the seconds until a moment given as seconds since 1970; ignores a frozen clock."""
    return epoch_seconds - datetime.now(UTC).timestamp()
