"""Unicode composition (UAX 15, NFC): `a` and a combining diaeresis are the letter `ä`."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

_LAST_COMBINING = 0x1E94A
_LONGEST_RUN = 30
"""UAX 15, Stream-Safe Text Format. Sorting a longer run of marks takes a time that grows as its square."""


def composed(text: str) -> str:
    """Return a text composed. A text with more than 30 combining marks in a row is no word: unchanged."""
    if text.isascii() or _long_run().search(text):
        return text
    return unicodedata.normalize("NFC", text)


def composed_document(value: Any) -> Any:
    """Return a parsed JSON document with all its texts composed, also the names in objects."""
    if isinstance(value, str):
        return composed(value)
    if isinstance(value, list):
        return [composed_document(inner) for inner in value]
    if isinstance(value, dict):
        return {composed(name): composed_document(inner) for name, inner in value.items()}
    return value


@cache
def _long_run() -> re.Pattern[str]:
    marks = "".join(chr(code) for code in range(_LAST_COMBINING + 1) if unicodedata.combining(chr(code)))
    return re.compile(f"[{re.escape(marks)}]{{{_LONGEST_RUN + 1}}}")
