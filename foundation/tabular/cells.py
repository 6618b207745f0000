"""Cells in our notation: numbers with a dot, ISO days. A text that cannot be read is left as it was sent."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_DECIMAL_COMMA = re.compile(r"^(-?[0-9]+),([0-9]+)$")
_PLAIN_NUMBER = re.compile(r"^-?[0-9]+(\.[0-9]+)?$")
_FINNISH_DAY = re.compile(r"^([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})$")
_CLOCK = re.compile(r"^([01]?[0-9]|2[0-3])[.:]([0-5][0-9])(?:[.:]00)?$", re.ASCII)
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


def clock_text(text: str) -> str:
    """Return `8.30`, `8:30` and `08:30:00` as `08:30`, and any other text unchanged, also `24:00`."""
    if len(text) == 5 and text[2] == ":":
        return text
    found = _CLOCK.match(text)
    return f"{int(found[1]):02}:{found[2]}" if found else text
