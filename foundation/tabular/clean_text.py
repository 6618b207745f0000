"""Texts as they are meant: composed (NFC), and without marks that nobody sees."""

from __future__ import annotations

import re
from collections.abc import Sequence

from foundation.vocabulary.composed import composed

_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
    # A joiner stays between the parts of an emoji.
    "|[\u200c\u200d](?![\u2190-\u2bff\U0001f000-\U0001faff])"
)
_ERROR_WORDS = frozenset(
    {
        *("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"),
        *("#FIELD!", "#BLOCKED!", "#UNKNOWN!", "#CONNECT!", "#BUSY!", "#GETTING_DATA"),
        *("#PUUTTUU!", "#PUUTTUU", "#VIITTAUS!", "#ARVO!", "#JAKO/0!", "#NIMI?", "#LUKU!", "#TYHJÄ!"),
        *("#SAKNAS!", "#REFERENS!", "#VÄRDEFEL!", "#DIVISION/0!", "#NAMN?", "#OGILTIGT!", "#SKÄRNING!"),
    }
)


def clean_cell(text: str) -> str:
    """Return a text composed and without unseen marks; whitespace stays."""
    return text if text.isascii() else composed(_UNSEEN.sub("", text))


def is_blank(cells: Sequence[str]) -> bool:
    """Return whether every cell is empty or has only spaces, also no-break spaces."""
    return not (cells and (cells[0].strip() or any(map(str.strip, cells))))


def is_error_word(text: str) -> bool:
    """Return whether a text is what a spreadsheet shows for an error, in English, Finnish or Swedish, or for
    a column that is too narrow."""
    return text[:1] == "#" and (text.upper() in _ERROR_WORDS or (len(text) > 2 and not text.strip("#")))
