"""Stripe's objects as facts: the same reader for what it answers and for what its events carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from clearing.co_payments.facts.returns import Return, ReturnKind, ReturnState
from clearing.payments.rules.stripe_checkouts import SeenCheckout
from clearing.payments.rules.stripe_payees import AccountState
from clearing.payments.rules.stripe_transfers import SeenTransfer
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money

MOST_ASKS = 50
LONGEST_TEXT = 200
LOST = frozenset({"lost", "appeal_needs_response", "appeal_under_review"})
KEPT = frozenset({"won", "warning_closed", "prevented"})
"""Statuses of a dispute that the payer has won, and that the provider has."""


class UnreadableObjectError(ValueError):
    """The object lacks what it must have."""


@dataclass(frozen=True, slots=True)
class SeenPayout:
    """A payout from a connected account to its bank, as Stripe shows it; `payment` is our end-to-end id."""

    id: str
    payment: str
    amount_cents: int
    status: str
    failure_code: str | None


def transfer_of(body: Mapping[str, Any]) -> SeenTransfer:
    """Read a transfer. Raises UnreadableObjectError."""
    try:
        return SeenTransfer(
            id=_text(body["id"]),
            payment=_text(_metadata(body).get("payment", "")),
            group=_text(body.get("transfer_group") or ""),
            amount_cents=_whole(body["amount"]),
            currency=_text(body["currency"]),
            destination=_text(_id_of(body["destination"])),
            reversed_cents=_whole(body["amount_reversed"]),
            live=bool(body["livemode"]),
            made_at=moment_of(body["created"]),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise UnreadableObjectError(str(fault)) from fault


def account_of(body: Mapping[str, Any], *, live: bool, seen_at: datetime) -> AccountState:
    """Read a connected account; only states and codes, nothing of the people of the company."""
    try:
        asks = body.get("requirements") or {}
        capabilities = body.get("capabilities") or {}
        deadline = asks.get("current_deadline")
        wanted = [*(asks.get("past_due") or ()), *(asks.get("currently_due") or ())]
        return AccountState(
            account=_text(body["id"]),
            live=live,
            seen_at=seen_at,
            can_receive=capabilities.get("transfers") == "active",
            can_charge_cards=capabilities.get("card_payments") == "active",
            pays_out=bool(body.get("payouts_enabled")),
            is_submitted=bool(body.get("details_submitted")),
            disabled_reason=asks.get("disabled_reason"),
            asks=tuple(dict.fromkeys(map(_text, wanted)))[:MOST_ASKS],
            asks_by=None if deadline is None else _day(deadline),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise UnreadableObjectError(str(fault)) from fault


def payout_of(body: Mapping[str, Any]) -> SeenPayout:
    """Read a payout. Raises UnreadableObjectError."""
    try:
        return SeenPayout(
            id=_text(body["id"]),
            payment=_text(_metadata(body).get("payment", "")),
            amount_cents=_whole(body["amount"]),
            status=_text(body["status"]),
            failure_code=body.get("failure_code"),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise UnreadableObjectError(str(fault)) from fault


def available_in(body: Mapping[str, Any]) -> int:
    """Read how many cents of euros a balance has to pay out. Raises UnreadableObjectError."""
    try:
        return sum(_whole(part["amount"]) for part in body["available"] if part["currency"] == "eur")
    except (KeyError, TypeError, ValueError) as fault:
        raise UnreadableObjectError(str(fault)) from fault


def checkout_of(body: Mapping[str, Any]) -> SeenCheckout:
    """Read a session of Checkout. Raises UnreadableObjectError."""
    try:
        invoice = str(_metadata(body).get("invoice", ""))
        url = body.get("url")
        return SeenCheckout(
            id=_text(body["id"]),
            invoice_id=int(invoice) if invoice.isdecimal() and len(invoice) < 19 else None,
            cents=_whole(body["amount_total"]),
            currency=_text(body["currency"]),
            status=_text(body["status"]),
            is_paid=body["payment_status"] == "paid",
            url=None if url is None else str(url),
            intent=None if not body.get("payment_intent") else _text(_id_of(body["payment_intent"])),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise UnreadableObjectError(str(fault)) from fault


def return_of(body: Mapping[str, Any], *, at: datetime) -> Return:
    """Read a refund, a dispute, or a charge with its refunds. Raises UnreadableObjectError."""
    try:
        kind = ReturnKind(body["object"])
        cents = _whole(body["amount_refunded" if kind is ReturnKind.CHARGE else "amount"])
        if cents <= 0 or body["currency"] != "eur":
            raise ValueError("amount")
        state = ReturnState.BACK if kind is ReturnKind.CHARGE else _return_state(kind, _text(body["status"]))
        intent, name = _text(_id_of(body["payment_intent"])), _text(body["id"])
        return Return(intent, name, kind, Money(cents), state, at)
    except (KeyError, TypeError, ValueError) as fault:
        raise UnreadableObjectError(str(fault)) from fault


def _return_state(kind: ReturnKind, status: str) -> ReturnState:
    if kind is ReturnKind.REFUND:
        return ReturnState.STAYS if status in ("failed", "canceled") else ReturnState.BACK
    if status in LOST:
        return ReturnState.BACK
    return ReturnState.STAYS if status in KEPT else ReturnState.OPEN


def moment_of(seconds: Any) -> datetime:
    """Return Stripe's whole seconds as a moment. Raises ValueError, TypeError."""
    try:
        return datetime.fromtimestamp(_whole(seconds), UTC)
    except (OverflowError, OSError) as fault:
        raise ValueError(seconds) from fault


def _day(seconds: Any) -> date:
    return helsinki_day(moment_of(seconds))


def _metadata(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found = body.get("metadata") or {}
    if not isinstance(found, Mapping):
        raise TypeError("metadata")
    return found


def _id_of(value: Any) -> Any:
    return value["id"] if isinstance(value, Mapping) else value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value[:LONGEST_TEXT]


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return value
