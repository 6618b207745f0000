"""A text of a county's settings in each language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """A name or a description in Finnish, Swedish and English, and in plain Finnish if it has such a text."""

    fi: str
    sv: str
    en: str = ""
    selko: str = ""


NO_TEXTS = Texts("", "")
"""A text that is not given."""
