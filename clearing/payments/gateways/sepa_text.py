"""Text that every bank of the single euro payments area accepts.

Source: EPC125-05 (SEPA credit transfer rulebook, the basic Latin character set) and EPC217-08 (how to
write other letters in it). We write `å ä ö` as `a a o`: Finnish banks would take them, others need not.
"""

from __future__ import annotations

import unicodedata

ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")
NAME_LENGTH = 70
ID_LENGTH = 35

_PAIRS = """
    Æ AE æ ae Ø O ø o Œ OE œ oe ß ss ẞ SS Þ TH þ th Ð D ð d Đ D đ d Ł L ł l Ħ H ħ h ı i € E
    & + _ - – - — - ‐ - ‑ - − - ~ - ’ ' ‘ ' ´ ' ` ' @ (at) [ ( ] ) { ( } ) ; , ! . \\ / | /
"""
_WRITTEN_AS = dict(zip(_PAIRS.split()[::2], _PAIRS.split()[1::2], strict=True))


def sepa_name(text: str) -> str:
    """A name in the allowed letters, at most 70 long; a letter without a counterpart becomes a full stop.

    Raises ValueError when no letter or digit is left: a payment must say who it is for.
    """
    written = " ".join("".join(_write(letter) for letter in unicodedata.normalize("NFC", text)).split())
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


def _write(letter: str) -> str:
    if letter in ALLOWED:
        return letter
    if letter in _WRITTEN_AS:
        return _WRITTEN_AS[letter]
    if letter.isspace():
        return " "
    base = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return base if base and ALLOWED.issuperset(base) else "."
