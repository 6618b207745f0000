"""What a text about bad input must be: in the reader's language, and without names of programs."""

from __future__ import annotations

import re

LANGUAGES = ("fi", "sv", "en")
RAW_NAME = re.compile(r"\b[a-z]+_[a-z_]+\b")
LITERALS = {"client_cancelled", "client_ill", "client_absent"}
"""What is written into a file as it is."""


def raw_names(text: str, known: set[str]) -> set[str]:
    """Return the names of a program in a text, but for a field's own in brackets after its label."""
    without_fields = re.sub(r"\(([a-z_]+)\)", "", text)
    return set(RAW_NAME.findall(without_fields)) - LITERALS - known


def are_told_apart(texts: dict[str, str]) -> bool:
    """Return whether each language has a text of its own."""
    return all(texts.values()) and len(set(texts.values())) == len(texts)
