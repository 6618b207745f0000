"""A client's card: its reference as it is printed and typed, and the days on which it is valid."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from clearing.grants.rules.voucher_codes import grouped_code, voucher_code
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.identifiers import normalise_voucher

MARK = "K"
"""What a printed reference begins with. A voucher code is one character shorter, so no code is both."""


def card_reference(random_bits: int) -> str:
    """Return the reference of an 80-bit random number, as it is stored: without mark and hyphens."""
    return voucher_code(random_bits)


def printed_reference(reference: str) -> str:
    """Return the reference as it is printed and put into the QR code: `K-7K3M-92QD-T4XP-8WCN`."""
    return f"{MARK}-{grouped_code(reference)}"


def typed_reference(text: str) -> str | None:
    """Return the stored form of a typed or scanned reference; None if it is not that of a card."""
    typed = normalise_voucher(text)
    length = len(voucher_code(0)) + len(MARK)
    return typed[len(MARK) :] if typed.startswith(MARK) and len(typed) == length else None


def card_days(usable_until: Iterable[date], today: date) -> DateWindow | None:
    """Return the days of a card made today: until the last voucher ends. None without a usable voucher."""
    last_days = [day for day in usable_until if day >= today]
    return DateWindow(today, max(last_days)) if last_days else None
