"""The signature and the envelope of an event of Stripe. The SDK checks the signature, we judge the age.

The SDK reads the machine's clock and knows no future. Here the moment is an argument, as everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from stripe import SignatureVerificationError, WebhookSignature

from clearing.payments.gateways.stripe_objects import moment_of
from clearing.payments.rules.stripe_events import EventFault, SignedEvent, why_not_now
from foundation.vocabulary.stripe_keys import StripeKeys

LARGEST_BYTES = 256 * 1024
LONGEST_ID = 255


class EventError(ValueError):
    """The event is refused."""

    def __init__(self, fault: EventFault) -> None:
        self.fault = fault
        super().__init__(fault.value)


def read_event(payload: bytes, header: str, every: Iterable[StripeKeys], now: datetime) -> SignedEvent:
    """Return the event that one of the counties' endpoints signed.

    Raises:
        EventError: No secret signed it, its signature is too old or of the future, or it cannot be read.
    """
    keys = next((keys for keys in every if _is_signed(payload, header, keys)), None)
    if keys is None:
        raise EventError(EventFault.UNSIGNED)
    try:
        signed_at = moment_of(int(_timestamp(header)))
    except ValueError as fault:
        raise EventError(EventFault.UNSIGNED) from fault
    if fault_now := why_not_now(signed_at, now):
        raise EventError(fault_now)
    return _event(payload, keys)


def _is_signed(payload: bytes, header: str, keys: StripeKeys) -> bool:
    return any(_verifies(payload, header, secret) for secret in keys.webhook_secrets)


def _verifies(payload: bytes, header: str, secret: str) -> bool:
    try:
        return WebhookSignature.verify_header(payload, header, secret)  # type: ignore[no-any-return]
    except (SignatureVerificationError, UnicodeDecodeError):
        return False


def _timestamp(header: str) -> str:
    """Return the first `t=`, which is the one that the SDK signs."""
    return next((part[2:] for part in header.split(",") if part.startswith("t=")), "")


def _event(payload: bytes, keys: StripeKeys) -> SignedEvent:
    try:
        document = json.loads(payload)
        return SignedEvent(
            county=keys.county,
            id=_short(document["id"]),
            type=_short(document["type"]),
            at=moment_of(document["created"]),
            live=_flag(document["livemode"]),
            account=_short(document["account"]) if document.get("account") else None,
            body=_mapping(document["data"]["object"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        raise EventError(EventFault.UNREADABLE) from fault


def _short(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_ID or "\x00" in value:
        raise ValueError("text")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("flag")
    return value


def _mapping(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("object")
    return value
