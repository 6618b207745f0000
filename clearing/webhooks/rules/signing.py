"""The body of a delivery, and its signature: HMAC-SHA-256 over the time and the body."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from clearing.webhooks.facts.events import SUBJECTS, DueDelivery, Salt
from foundation.vocabulary.keys import KeyRing

PREFIX = "whsec_"
"""The first characters of every secret of a webhook, so that a leaked one can be recognised."""


def secret_of(keys: KeyRing, salt: Salt) -> str:
    """Return the secret that is computed from a salt.

    Raises:
        KeyError: There is no key of this version.
    """
    return PREFIX + urlsafe_b64encode(keys.mac(b"webhook" + salt.salt, salt.key_version)).decode().rstrip("=")


def body_of(delivery: DueDelivery) -> bytes:
    """Return the JSON of an event: its id, type and time, and where the API has what it is about."""
    subject = SUBJECTS.get(delivery.type)
    about = None
    if subject is not None and delivery.subject_id is not None:
        path = subject.path.format(delivery.subject_id)
        about = {"object": subject.kind, "id": delivery.subject_id, "href": path}
    made_at = delivery.made_at.astimezone(UTC).isoformat(timespec="seconds")
    event = {"id": str(delivery.event_id), "type": delivery.type, "created_at": made_at, "data": about}
    return json.dumps(event).encode()


def signature(secrets: Sequence[str], body: bytes, now: datetime) -> str:
    """Return the header `Omatori-Signature`: the time in seconds, and a `v1` of each secret.

    The receiver computes HMAC-SHA-256 of `<time>.<body>` with its secret, and refuses an old time.
    """
    seconds = int(now.timestamp())
    message = f"{seconds}.".encode() + body
    signed = [f"v1={hmac.new(secret.encode(), message, sha256).hexdigest()}" for secret in secrets]
    return ",".join([f"t={seconds}", *signed])
