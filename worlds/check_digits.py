"""Invented business IDs and account numbers with valid check digits, outside the ranges in use."""

from __future__ import annotations

from foundation.vocabulary.identifiers import BusinessId

WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
FIRST_BUSINESS_NUMBER = 9_100_000
BANK_CODE = "990"
BIC = "TESTFIHH"


def business_id(index: int) -> BusinessId:
    """Return an invented business ID; YTJ skips numbers whose check digit would be 10."""
    number = FIRST_BUSINESS_NUMBER + index * 13
    while (remainder := _remainder(number)) == 1:
        number += 1
    return BusinessId(f"{number}-{0 if remainder == 0 else 11 - remainder}")


def iban(index: int) -> str:
    """Return an invented Finnish account number; no bank has the code 990."""
    body = f"{BANK_CODE}{index + 1:010d}"
    national = body + str(_luhn(body))
    check = 98 - int(national + "1518" + "00") % 97
    return f"FI{check:02d}{national}"


def _remainder(number: int) -> int:
    return sum(int(digit) * weight for digit, weight in zip(str(number), WEIGHTS, strict=True)) % 11


def _luhn(body: str) -> int:
    repeated = (int(digit) * (2 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(body)))
    return -sum(value // 10 + value % 10 for value in repeated) % 10
