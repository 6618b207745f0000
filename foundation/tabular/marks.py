"""Marks before the text of a cell that say what its text alone does not. No file can write them itself."""

from __future__ import annotations

MALFORMED = "\x1a"
"""SUBSTITUTE. The cell holds no value: an error, a formula without a result, a number whose digits are lost.
The mark stays before the text, so that every reader of a field finds a text that it cannot read."""

AUTOMATIC = "\x1c"
"""The spreadsheet made a day, a time, or true or false of what was typed. Removed where that is meant."""

NUMBER = "\x1d"
"""A number with decimals, which a spreadsheet keeps with a dot whatever the reader of the sheet sees."""


WHOLE = "\x1e"
"""A number without decimals. It says nothing to a reader of the cell, and to a writer that it is no text."""


def without_marks(text: str) -> str:
    """Return the text of a cell as a person sees it."""
    return text.lstrip(MALFORMED + AUTOMATIC + NUMBER + WHOLE)
