"""The secret of webhooks in tests, and a receiver's check of a signature. Needs no database."""

from __future__ import annotations

import hmac
from hashlib import sha256

from foundation.vocabulary.keys import KeyPurpose, KeyRing, ring_of

KEYS: KeyRing = ring_of({1: "a secret of tests, long enough"}, KeyPurpose.WEBHOOKS)


def is_signed(header: str, body: bytes, secret: str) -> bool:
    """Return whether a signature is right, as a receiver checks it."""
    seconds, *signed = header.removeprefix("t=").split(",")
    expected = hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
    return f"v1={expected}" in signed
