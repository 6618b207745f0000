"""Invented people and companies: common first names, with surnames and company names that nobody has."""

from __future__ import annotations

import tomllib
import unicodedata
from pathlib import Path
from random import Random

_NAMES = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
FIRST_NAMES: list[str] = _NAMES["first_names"]
SURNAMES: list[str] = _NAMES["surnames"]
COMPANY_WORDS: list[str] = _NAMES["company_words"]


class PersonNames:
    """A shuffled supply of full names, each used once."""

    def __init__(self, random: Random) -> None:
        self._names = [f"{first} {last}" for first in FIRST_NAMES for last in SURNAMES]
        random.shuffle(self._names)

    def next(self) -> str:
        """Return the next unused name."""
        return self._names.pop()


def ascii_letters(text: str) -> str:
    """Return the text in lower-case ASCII letters, digits and full stops, as in an email address."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return ".".join("".join(c if c.isalnum() else " " for c in plain).split())
