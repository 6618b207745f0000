"""Cell values as text in our notation: numbers with a dot, ISO days, times as HH:MM."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum

from foundation.tabular.marks import AUTOMATIC, MALFORMED, NUMBER, WHOLE

LONGEST_KEPT = 10_000
"""Characters of a cell. A longer one is malformed and is cut."""
LARGEST_EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number. Of a longer one the last digits are lost."""
_SECONDS_PER_DAY = 86_400
_FIRST_DAY, _FIRST_DAY_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - no time zone
_LAST_SERIAL = 2_958_466
_LEAP_DAY_SERIAL = 60
"""29 February 1900, which does not exist: serial numbers before it are one lower."""


class NumberKind(Enum):
    """How the format of a cell shows its number."""

    PLAIN = "plain"
    DAY = "day"
    TIME = "time"
    ELAPSED = "elapsed"


def number_text(sent: str, kind: NumberKind, *, is_1904: bool) -> str:
    """Return the text of a number cell, marked as malformed if digits were lost or it is no number."""
    if kind is NumberKind.PLAIN and sent.isdecimal() and sent.isascii() and len(sent) <= 15:
        return WHOLE + (sent.lstrip("0") or "0")
    try:
        number = float(sent)
    except ValueError:
        return MALFORMED + sent
    if number != number or abs(number) >= LARGEST_EXACT:
        return MALFORMED + _plain_text(number, sent)
    if kind is NumberKind.PLAIN or not 0 <= number < _LAST_SERIAL:
        text = _plain_text(number, sent)
        return (NUMBER if "." in text else WHOLE) + text
    return AUTOMATIC + _moment_text(number, kind, is_1904=is_1904)


def boolean_text(sent: str) -> str:
    """Return the text of a true or false cell."""
    return AUTOMATIC + ("true" if sent.strip() in ("1", "true") else "false")


def _plain_text(number: float, sent: str) -> str:
    if number != number or number in (float("inf"), float("-inf")) or abs(number) >= 1e40:
        return sent[:40]
    text = format(Decimal(repr(number)), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _moment_text(number: float, kind: NumberKind, *, is_1904: bool) -> str:
    seconds = round(number * _SECONDS_PER_DAY)
    days, of_day = divmod(seconds, _SECONDS_PER_DAY)
    if kind is NumberKind.ELAPSED or days == 0 or (kind is NumberKind.TIME and seconds == _SECONDS_PER_DAY):
        return _clock_text(seconds)
    if is_1904:
        day = _FIRST_DAY_1904 + timedelta(days=days)
    else:
        day = _FIRST_DAY + timedelta(days=days + (days < _LEAP_DAY_SERIAL))
    return day.date().isoformat() + (f"T{_clock_text(of_day)}" if of_day else "")


def _clock_text(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{second:02}" if second else "")
