"""One-time passwords by time (RFC 6238), as authenticator apps compute them: SHA-1, 6 digits, 30 seconds."""

from __future__ import annotations

import hmac
from base64 import b32encode
from datetime import datetime
from hashlib import sha1
from urllib.parse import quote

STEP_SECONDS = 30
DIGITS = 6
TOLERATED_STEPS = 1
"""How many steps the clock of a telephone may be wrong (RFC 6238, 5.2)."""


def step_of(moment: datetime) -> int:
    """Return the number of the 30 seconds in which a moment lies, since 1970."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """Return the code of a step (RFC 4226, 5.3, with the step as the counter)."""
    digest = hmac.digest(secret, step.to_bytes(8), sha1)
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: bytes, typed: str, now: datetime, last_step: int | None) -> int | None:
    """Return the step of a typed code; None if it is wrong, or not later than the last accepted step.

    All tolerated steps are compared, so that the time of the answer does not tell which was near.
    """
    middle, found = step_of(now), None
    for step in range(middle - TOLERATED_STEPS, middle + TOLERATED_STEPS + 1):
        is_right = hmac.compare_digest(code_at(secret, step).encode(), typed.encode())
        if is_right and (last_step is None or step > last_step):
            found = step
    return found


def key_text(secret: bytes) -> str:
    """Return the secret in Base32 as an app reads it."""
    return b32encode(secret).decode().rstrip("=")


def key_address(secret: bytes, account: str) -> str:
    """Return the address for the QR code, as authenticator apps read it (`otpauth`)."""
    label = quote(f"Omatori:{account}", safe=":@")
    return f"otpauth://totp/{label}?secret={key_text(secret)}&issuer=Omatori"
