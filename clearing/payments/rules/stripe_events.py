"""Which events of Stripe are taken, and what they are about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

LONGEST_AGE = timedelta(minutes=5)
"""An event whose signature is older is refused: it may be a recording. Stripe signs each delivery anew."""
LARGEST_SKEW = timedelta(minutes=1)
"""How far ahead of ours Stripe's clock may be."""


class EventFault(StrEnum):
    """Why an event is refused. The codes are public."""

    UNSIGNED = "signature_invalid"
    TOO_OLD = "event_too_old"
    FROM_FUTURE = "event_from_future"
    UNREADABLE = "event_unreadable"
    NOT_OFFERED = "stripe_not_offered"


class About(StrEnum):
    """What an event is about."""

    TRANSFER = "transfer"
    ACCOUNT = "account"
    BANK = "bank"
    GONE = "gone"
    PAYOUT = "payout"
    CHECKOUT = "checkout"
    RETURN = "return"
    NOTHING = "nothing"


ABOUT: Mapping[str, About] = {
    "transfer.created": About.TRANSFER,
    "transfer.updated": About.TRANSFER,
    "transfer.reversed": About.TRANSFER,
    "account.updated": About.ACCOUNT,
    "account.external_account.created": About.BANK,
    "account.external_account.updated": About.BANK,
    "account.application.deauthorized": About.GONE,
    "payout.created": About.PAYOUT,
    "payout.updated": About.PAYOUT,
    "payout.paid": About.PAYOUT,
    "payout.failed": About.PAYOUT,
    "payout.canceled": About.PAYOUT,
    "checkout.session.completed": About.CHECKOUT,
    "checkout.session.async_payment_succeeded": About.CHECKOUT,
    "checkout.session.async_payment_failed": About.CHECKOUT,
    "checkout.session.expired": About.CHECKOUT,
    **dict.fromkeys(
        (
            "charge.refunded",
            "charge.refund.updated",
            "refund.created",
            "refund.updated",
            "refund.failed",
            "charge.dispute.created",
            "charge.dispute.updated",
            "charge.dispute.closed",
            "charge.dispute.funds_withdrawn",
            "charge.dispute.funds_reinstated",
        ),
        About.RETURN,
    ),
    **dict.fromkeys(
        (
            "account.application.authorized",
            "account.external_account.deleted",
            "balance.available",
            "capability.updated",
            "charge.succeeded",
            "charge.updated",
            "payment_intent.created",
            "payment_intent.succeeded",
            "payment.created",
            "person.created",
            "person.updated",
        ),
        About.NOTHING,
    ),
}
"""The types that are read. NOTHING: another event says the same. Any other type is kept and listed."""


class Outcome(StrEnum):
    """What came of an event that was kept."""

    APPLIED = "applied"
    KNOWN = "known"
    STALE = "stale"
    OTHER_MODE = "other_mode"
    UNKNOWN_TYPE = "unknown_type"
    UNMATCHED = "unmatched"
    LISTED = "listed"


OPEN_OUTCOMES = frozenset({Outcome.UNKNOWN_TYPE, Outcome.UNMATCHED, Outcome.LISTED})
"""Outcomes that wait for a person."""


@dataclass(frozen=True, slots=True)
class SignedEvent:
    """An event whose signature is right, and whose county it is; `account` is the connected one."""

    county: str
    id: str
    type: str
    at: datetime
    live: bool
    account: str | None
    body: Mapping[str, Any]


def why_not_now(signed_at: datetime, now: datetime) -> EventFault | None:
    """An event is taken while its signature is fresh; neither an old one nor one of the future is."""
    if signed_at < now - LONGEST_AGE:
        return EventFault.TOO_OLD
    return EventFault.FROM_FUTURE if signed_at > now + LARGEST_SKEW else None


RANKS = ("created", "pending", "in_transit", "paid", "canceled", "failed")
"""The states of a payout in the order in which they can come; a later one is never taken back."""


def later_payout_state(known: str | None, seen: str) -> str | None:
    """Return the state that counts of two: `failed` outranks `paid`, because a bank may still refuse."""
    if seen not in RANKS:
        return known
    return seen if known is None or RANKS.index(seen) > RANKS.index(known) else known
