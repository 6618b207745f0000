"""Identifiers with a check digit, and codes that people type."""

import re
from typing import NewType

API_KEY_PREFIX = "omk_"
"""The first characters of every key for programs, so that a leaked one can be recognised."""

BusinessId = NewType("BusinessId", str)
"""A Finnish business ID as `1234567-1` with a correct check digit."""

ReferenceNumber = NewType("ReferenceNumber", str)
"""A bank reference in its electronic form: `RF…` (ISO 11649) or Finnish digits."""

POSTCODE = re.compile(r"[0-9]{5}")
"""A Finnish postal code."""
_BUSINESS_ID = re.compile(r"([0-9]{7})-([0-9])")
_BUSINESS_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_RF = re.compile(r"RF[0-9]{2}[A-Z0-9]{1,21}")
_FINNISH_REFERENCE = re.compile(r"[0-9]{4,20}")


def parse_business_id(text: str) -> BusinessId | None:
    """Read a Finnish business ID; None if its form or check digit is wrong (source: YTJ)."""
    if not (match := _BUSINESS_ID.fullmatch(text.strip())):
        return None
    remainder = sum(int(d) * w for d, w in zip(match[1], _BUSINESS_ID_WEIGHTS, strict=True)) % 11
    check = 0 if remainder == 0 else 11 - remainder
    return BusinessId(match[0]) if check == int(match[2]) else None


def normalise_voucher(text: str) -> str:
    """Return a voucher code without differences in case, spaces and hyphens (rulebook, Numbers)."""
    return "".join(text.split()).replace("-", "").upper()


def _mod_97(text: str) -> int:
    rearranged = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in rearranged)) % 97


def parse_iban(text: str) -> str | None:
    """Read an IBAN, in its electronic form; None if its form, length or check is wrong (ISO 13616)."""
    iban = "".join(text.split()).upper()
    if not _IBAN.fullmatch(iban) or (iban.startswith("FI") and len(iban) != 18):
        return None
    return iban if _mod_97(iban) == 1 else None


def creditor_reference(base: str) -> ReferenceNumber:
    """Return an ISO 11649 reference of 1–21 letters and digits."""
    check = 98 - _mod_97(f"RF00{base.upper()}")
    return ReferenceNumber(f"RF{check:02d}{base.upper()}")


def finnish_reference(base: str) -> ReferenceNumber:
    """Return a Finnish bank reference: 3–19 digits and their 7-3-1 check digit (Finance Finland)."""
    weights = (7, 3, 1)
    total = sum(int(digit) * weights[place % 3] for place, digit in enumerate(reversed(base)))
    return ReferenceNumber(f"{base}{-total % 10}")


def parse_reference_number(text: str) -> ReferenceNumber | None:
    """Read an RF or a Finnish bank reference; None if its form or check is wrong."""
    reference = "".join(text.split()).upper()
    if _RF.fullmatch(reference):
        return ReferenceNumber(reference) if _mod_97(reference) == 1 else None
    if not _FINNISH_REFERENCE.fullmatch(reference):
        return None
    return ReferenceNumber(reference) if finnish_reference(reference[:-1]) == reference else None


def place_key(name: str) -> str:
    """Return a municipality's code or name as it is compared: without regard to case and spaces around."""
    return " ".join(name.split()).casefold()
