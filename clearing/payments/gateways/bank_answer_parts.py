"""The parts of a bank's message: elements, texts, amounts, days and reasons."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from clearing.payments.rules.answers import DUPLICATE_CODES
from foundation.documents.elements import text_of as text_at
from foundation.vocabulary.dates import helsinki_day

_LONGEST_TEXT = 140
_LONGEST_REASON = 500
_AMOUNT = re.compile(r"^\+?0*([0-9]{0,13})(?:\.([0-9]{0,2})0*)?$")
"""An xs:decimal in whole cents, at most 13 digits of euros."""


def text_of(element: Any, *paths: str) -> str:
    """Return the text at the first of the paths that has any."""
    return text_at(element, *paths, longest=_LONGEST_TEXT)


def reason_of(element: Any, tag: str) -> tuple[str, str]:
    """Return the reason's code and the bank's own texts, joined.

    The code is of ISO (AC04 is a closed account) or the bank's own. Of several codes one that says duplicate
    is returned, else the first.
    """
    codes: list[str] = []
    texts: list[str] = []
    for reason in element.iterchildren("{*}" + tag):
        codes.append(text_of(reason, "Rsn/Cd", "Rsn/Prtry"))
        texts += [(part.text or "").strip() for part in reason.iterchildren("{*}AddtlInf")]
    code = next((code for code in codes if code in DUPLICATE_CODES), next(filter(None, codes), ""))
    return code, " ".join(filter(None, texts))[:_LONGEST_REASON]


def cents_of(amount: Any) -> int | None:
    """Return whole cents; None: the bank gives no amount, or an amount that is not in whole cents."""
    text = "" if amount is None else (amount.text or "").strip()
    found = _AMOUNT.match(text)
    if found is None or not any(character.isdigit() for character in text):
        return None
    return int(found.group(1) or "0") * 100 + int((found.group(2) or "").ljust(2, "0"))


def day_of(text: str) -> date | None:
    """Return the day; that of a moment with an offset is the day in Helsinki."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return _date(text)
    return moment.date() if moment.tzinfo is None else helsinki_day(moment)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
