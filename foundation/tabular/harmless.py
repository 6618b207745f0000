"""Makes formula cells harmless in what we write out (OWASP, CSV injection); plain amounts stay numbers."""

from __future__ import annotations

import re

_PLAIN_NUMBER = re.compile(r"^-?[0-9]+([.,][0-9]+)?$")
# A formula may start the cell, or start a new cell where a program splits at another delimiter or line end.
_FORMULA_START = re.compile(r"(^|[;,|\t\r\n\"])([\s\ufeff\u200b\x00-\x1f]*)([=+\-@\uff1d\uff0b\uff0d\uff20])")
_MARKED_START = re.compile(r"(^|[;,|\t\r\n\"])([\s\ufeff\u200b\x00-\x1f]*)'([=+\-@\uff1d\uff0b\uff0d\uff20])")
_LEADING_CONTROL = re.compile(r"^[\t\r\n\x00]+")


def harmless(text: str) -> str:
    """The cell with an apostrophe before whatever a spreadsheet could run; numbers such as -12.50 stay."""
    if not text or _PLAIN_NUMBER.match(text):
        return text
    return _FORMULA_START.sub(r"\1\2'\3", _LEADING_CONTROL.sub("", text))


def without_mark(text: str) -> str:
    """What `harmless` was given: for a file of ours that comes back corrected."""
    return _MARKED_START.sub(r"\1\2\3", text) if "'" in text else text
