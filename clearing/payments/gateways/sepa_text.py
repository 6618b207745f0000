"""Text that the banks of the single euro payments area accept.

Source: EPC125-05 (SEPA credit transfer rulebook, the basic Latin character set) and EPC217-08 (how to
write other letters in it). Finnish banks also take `å ä ö` in names, not in identifiers, and write them as
`a a o` themselves where a payment leaves the country (docs/decisions/0112).
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum


class Letters(StrEnum):
    """Which letters the payer's bank takes in names."""

    BASIC = "basic"
    NORDIC = "nordic"


ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
KEPT = {Letters.BASIC: ALLOWED, Letters.NORDIC: ALLOWED | frozenset("åäöÅÄÖ")}
NAME_LENGTH = 70
ID_LENGTH = 35

_PAIRS = """
    Æ AE æ ae Ø O ø o Œ OE œ oe ß ss ẞ SS Þ TH þ th Ð D ð d Đ D đ d Ł L ł l Ħ H ħ h ı i € E
    & + _ - – - — - ‐ - ‑ - − - ~ - ’ ' ‘ ' ´ ' ` ' @ (at) [ ( ] ) { ( } ) ; , ! . \\ / | /
"""
_WRITTEN_AS = dict(zip(_PAIRS.split()[::2], _PAIRS.split()[1::2], strict=True))


def sepa_name(text: str, letters: Letters = Letters.NORDIC) -> str:
    """Return a name in the letters kept, at most 70 long. A letter without a counterpart becomes a full stop.

    Raises:
        ValueError: No letter or digit is left: a payment must say who it is for.
    """
    kept = KEPT[letters]
    composed = unicodedata.normalize("NFC", text)
    written = " ".join("".join(_write(letter, kept) for letter in composed).split())
    while "//" in written:
        written = written.replace("//", "/")
    name = written.strip("/ ")[:NAME_LENGTH].rstrip("/ ")
    if not any(letter.isalnum() for letter in name):
        raise ValueError("the name has no letter that a bank file may carry")
    return name


def sepa_id(text: str) -> str:
    """The identifier itself, when a bank file may carry it.

    Raises ValueError: over 35 characters, a letter outside the set, or a slash where none may stand.
    """
    if not 1 <= len(text) <= ID_LENGTH or not ALLOWED.issuperset(text) or text != text.strip():
        raise ValueError("not an identifier for a bank file")
    if text.startswith("/") or text.endswith("/") or "//" in text:
        raise ValueError("an identifier neither begins nor ends with a slash, nor holds two in a row")
    return text


def _write(letter: str, kept: frozenset[str]) -> str:
    if letter in kept:
        return letter
    if letter in _WRITTEN_AS:
        return _WRITTEN_AS[letter]
    if letter.isspace():
        return " "
    base = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return base if base and ALLOWED.issuperset(base) else "."
