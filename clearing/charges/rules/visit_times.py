"""Times of a visit: read as Helsinki time, kept in UTC (R-06)."""

import re
from datetime import UTC, date, datetime, time, timedelta

from clearing.charges.rules.amounts import Sums
from clearing.reasons import TIMES_INVALID, Finding, report
from foundation.vocabulary.dates import HELSINKI, parse_iso_day
from foundation.vocabulary.money import half_up_division
from foundation.vocabulary.units import HOUR

_TIME = r"([01][0-9]|2[0-3]):([0-5][0-9])"
_OFFSET = r"([+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
_START = re.compile(_TIME + _OFFSET)
_END = re.compile(rf"(?:([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})T)?{_TIME}{_OFFSET}")
_NO_TIME, _LONGEST = timedelta(0), timedelta(hours=36)
_MINUTES = tuple(timedelta(minutes=minute) for minute in range(24 * 60))


def _midnight(day: date) -> tuple[datetime, bool]:
    """Return the day's midnight in UTC, and whether the day has 24 hours."""
    midnight = datetime.combine(day, time(), HELSINKI)
    steady = midnight.utcoffset() == midnight.replace(hour=23).utcoffset()
    return midnight.astimezone(UTC), steady


def _instant(day: date, minute: int, offset: str | None) -> datetime | None:
    """Return the UTC instant of a minute of a Helsinki day; None when it does not exist.

    In autumn an hour comes twice: without an offset it is the first (rulebook, Times).
    """
    if not offset:
        midnight, steady = _midnight(day)
        if steady:
            return midnight + _MINUTES[minute]
    wall = datetime.combine(day, time(minute // 60, minute % 60))
    if offset:
        instant = datetime.fromisoformat(f"{wall.isoformat()}{offset}").astimezone(UTC)
    else:
        instant = wall.replace(tzinfo=HELSINKI).astimezone(UTC)
    return instant if instant.astimezone(HELSINKI).replace(tzinfo=None) == wall else None


def read_start(text: str) -> tuple[int, str | None] | None:
    """Read ``HH:MM`` with an optional offset to minute of day and offset; None when it is neither."""
    if not (match := _START.fullmatch(text)):
        return None
    return int(match[1]) * 60 + int(match[2]), match[3]


def read_end(text: str) -> tuple[date | None, int, str | None] | None:
    """Read ``HH:MM`` or ``YYYY-MM-DDTHH:MM`` with an optional offset; None when it is neither."""
    if not (match := _END.fullmatch(text)):
        return None
    day = parse_iso_day(match[1]) if match[1] else None
    if match[1] and day is None:
        return None
    return day, int(match[2]) * 60 + int(match[3]), match[4]


def visit_times(
    service_day: date, start: tuple[int, str | None], end: tuple[date | None, int, str | None]
) -> tuple[datetime, datetime] | None:
    """Return start and end of a visit in UTC; None when the times are impossible.

    Impossible: a minute that does not exist, an end not after the start, 36 hours or more.
    """
    try:
        starts = _instant(service_day, *start)
        ends = _instant(end[0] or service_day, end[1], end[2])
    except (OverflowError, ValueError):  # the first and last days of the calendar have no UTC
        return None
    if starts is None or ends is None or not _NO_TIME < ends - starts < _LONGEST:
        return None
    return starts, ends


def elapsed_minutes(start: datetime, end: datetime) -> int:
    """Return the elapsed minutes from start to end."""
    length = end - start
    return length.days * 1440 + length.seconds // 60


def hours_of(minutes: int) -> int:
    """Return a length in hundredths of an hour, half up (rulebook, Times)."""
    return half_up_division(minutes * 100, 60)


def times_invalid(sums: Sums) -> Finding | None:
    """End not after start, or length ≠ quantity for hour units (R-06).

    The times are then no basis for any other rule: R-18 to R-22, R-25 and R-27 to R-29 are silent, also about
    a charge of the same day, quantity and price that has no times (`possible_double`).
    """
    if sums.impossible_times:
        return report(TIMES_INVALID)
    minutes = sums.minutes
    if minutes is None or sums.unit != HOUR or sums.quantity is None:
        return None
    return None if hours_of(minutes) == sums.quantity else report(TIMES_INVALID)
