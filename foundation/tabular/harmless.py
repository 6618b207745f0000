"""Making cells harmless that look like formulas (OWASP, CSV injection). Plain numbers stay numbers."""

from __future__ import annotations

import re

_PLAIN_NUMBER = re.compile(r"^-?[0-9]+([.,][0-9]+)?$")
# A formula can start a cell, or start a new cell if a program splits at another delimiter or line end.
_FORMULA_START = re.compile(r"(^|[;,|\t\r\n\"])([\s\ufeff\u200b\x00-\x1f]*)([=+\-@\uff1d\uff0b\uff0d\uff20])")
_MARKED_START = re.compile(r"(^|[;,|\t\r\n\"])([\s\ufeff\u200b\x00-\x1f]*)'([=+\-@\uff1d\uff0b\uff0d\uff20])")
_LEADING_CONTROL = re.compile(r"^[\t\r\n\x00\x1a]+")


def harmless(text: str) -> str:
    """Return the cell with an apostrophe before what a spreadsheet could run.

    Numbers such as -12.50 do not change.
    """
    if not text or _PLAIN_NUMBER.match(text):
        return text
    return _FORMULA_START.sub(r"\1\2'\3", _LEADING_CONTROL.sub("", text))


def without_mark(text: str) -> str:
    """Undo `harmless`, in a file of ours that is uploaded again after corrections."""
    return _MARKED_START.sub(r"\1\2\3", text) if "'" in text else text
