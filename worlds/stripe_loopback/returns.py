"""Refunds and disputes of a payment at Checkout, as Stripe's events carry them."""

from __future__ import annotations

from worlds.stripe_loopback.objects import Body

RETURN_EVENTS = {
    "charge": "charge.refunded",
    "refund": "refund.updated",
    "dispute": "charge.dispute.updated",
}
"""An event that carries each object; those of its making and end carry the same."""
REFUND_FIELDS = (
    *(
        "balance_transaction",
        "customer",
        "failure_balance_transaction",
        "instructions_email",
        "payment_method",
        "pending_reason",
    ),
    *("receipt_number", "source_transfer_reversal", "transfer_reversal"),
)
DISPUTE_FIELDS = ("balance_transactions", "enhanced_eligibility_types", "evidence", "evidence_details")


def _charge_id(session: Body) -> str:
    return f"ch_{session['id'][3:]}"


def refunded_charge(session: Body, cents: int) -> Body:
    """Return the charge of a paid session of which so many cents were given back."""
    return {
        "id": _charge_id(session),
        "object": "charge",
        "amount": session["amount_total"],
        "amount_captured": session["amount_total"],
        "amount_refunded": cents,
        "captured": True,
        "created": session["created"],
        "currency": session["currency"],
        "disputed": False,
        "livemode": session["livemode"],
        "metadata": session["metadata"],
        "paid": True,
        "payment_intent": session["payment_intent"],
        "refunded": cents == session["amount_total"],
        "status": "succeeded",
    }


def returned_object(kind: str, name: str, session: Body, cents: int, status: str) -> Body:
    """Return a refund or a dispute of a paid session."""
    common = {
        "id": name,
        "object": kind,
        "amount": cents,
        "charge": _charge_id(session),
        "created": session["created"],
        "currency": session["currency"],
        "metadata": {},
        "payment_intent": session["payment_intent"],
        "reason": None,
        "status": status,
    }
    if kind == "refund":
        return {**dict.fromkeys(REFUND_FIELDS), **common}
    more = {"is_charge_refundable": False, "livemode": session["livemode"], "reason": "general"}
    return {**common, **dict.fromkeys(DISPUTE_FIELDS), **more}
