"""Challenges that passkeys sign: each is of one session, for some minutes, and is checked without a table.

A challenge is when it was made, a random part, and a MAC over both and the session.
"""

from __future__ import annotations

import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from webauthn.helpers import base64url_to_bytes

from foundation.vocabulary.keys import KeyRing

LASTS = timedelta(minutes=5)
TIME_BYTES, RANDOM_BYTES, MAC_BYTES = 8, 16, 32
MICROSECOND = timedelta(microseconds=1)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def new_challenge(keys: KeyRing, session_id: int, now: datetime) -> bytes:
    """Return a challenge for a session."""
    body = ((now - BEGINNING) // MICROSECOND).to_bytes(TIME_BYTES) + secrets.token_bytes(RANDOM_BYTES)
    return body + _mac(keys, session_id, body)


def made_at(keys: KeyRing, challenge: bytes, session_id: int, now: datetime) -> datetime | None:
    """Return when a challenge was made; None if it is not of this session, or too old."""
    body, mac = challenge[: TIME_BYTES + RANDOM_BYTES], challenge[TIME_BYTES + RANDOM_BYTES :]
    if len(mac) != MAC_BYTES or not hmac.compare_digest(mac, _mac(keys, session_id, body)):
        return None
    at = BEGINNING + int.from_bytes(body[:TIME_BYTES]) * MICROSECOND
    return at if now - LASTS <= at <= now else None


def challenge_in(response: dict[str, Any]) -> bytes:
    """Return the challenge that a browser's response says it answers; empty if it cannot be read."""
    try:
        client_data = json.loads(base64url_to_bytes(response["response"]["clientDataJSON"]))
        return base64url_to_bytes(client_data["challenge"])
    except (ValueError, KeyError, TypeError):
        return b""


def _mac(keys: KeyRing, session_id: int, body: bytes) -> bytes:
    return keys.mac(session_id.to_bytes(8) + body, keys.newest)
