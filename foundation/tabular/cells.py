"""Cells in our notation: numbers with a dot, ISO days. A text that cannot be read is left as it was sent."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_DECIMAL_COMMA = re.compile(r"^(-?[0-9]+),([0-9]+)$")
_PLAIN_NUMBER = re.compile(r"^-?[0-9]+(\.[0-9]+)?$")
_FINNISH_DAY = re.compile(r"^([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})$")
_ARTEFACT = Decimal("0.000001")
_CENT = Decimal("0.01")


def number_with_dot(text: str) -> str:
    """Return `103,25` as `103.25`, and any other text unchanged."""
    return _DECIMAL_COMMA.sub(r"\1.\2", text) if "," in text else text


def decimals(text: str) -> int | None:
    """Count the decimals of a plain number; None if the text is not one."""
    return len(text.partition(".")[2]) if _PLAIN_NUMBER.match(text) else None


def without_artefact(text: str) -> str:
    """Return `74.55999999999999` as `74.56`: a number within a millionth of two decimals, and others
    unchanged."""
    if (decimals(text) or 0) <= 2:
        return text
    try:
        exact = Decimal(text)
        cents = exact.quantize(_CENT, ROUND_HALF_UP)
    except InvalidOperation:
        return text
    return str(cents) if abs(exact - cents) <= _ARTEFACT else text


def iso_day(text: str) -> str:
    """Return `3.11.2026` as `2026-11-03`, and any other text unchanged, also a day that does not exist."""
    found = _FINNISH_DAY.match(text) if "." in text else None
    if not found:
        return text
    day, month, year = (int(part) for part in found.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return text


def spreadsheet_text(cell: object) -> str:
    """Return a spreadsheet cell as text: numbers without exponent or trailing zeros, ISO days, times as
    HH:MM."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _float_text(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else _without_seconds(cell.isoformat())
    if isinstance(cell, time):
        return _without_seconds(cell.isoformat())
    if isinstance(cell, timedelta):
        return _duration_text(cell)
    return cell.isoformat() if isinstance(cell, date) else ""


def _float_text(number: float) -> str:
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _without_seconds(text: str) -> str:
    return text.removesuffix(":00")


def _duration_text(length: timedelta) -> str:
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
