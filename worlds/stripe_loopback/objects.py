"""The objects that the server has, with every field that the SDK's types promise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Body = dict[str, Any]
ASKS = ["business_profile.url", "external_account", "representative.first_name", "tos_acceptance.date"]


def account_object(key: str, sent: Mapping[str, Any], now: int) -> Body:
    """Return a new connected account, which has answered nothing yet."""
    wanted = sent.get("capabilities", {})
    return {
        "id": key,
        "object": "account",
        "type": sent.get("type", "standard"),
        "business_type": sent.get("business_type"),
        "business_profile": sent.get("business_profile", {}),
        "country": sent.get("country", "FI"),
        "default_currency": sent.get("default_currency", "eur"),
        "email": sent.get("email"),
        "created": now,
        "charges_enabled": False,
        "payouts_enabled": False,
        "details_submitted": False,
        "capabilities": dict.fromkeys(wanted, "inactive"),
        "requirements": requirements(ASKS, "requirements.past_due"),
        "settings": sent.get("settings", {}),
        "metadata": sent.get("metadata", {}),
    }


def requirements(asks: list[str], disabled: str | None, deadline: int | None = None) -> Body:
    """Return what Stripe asks of an account."""
    return {
        "currently_due": asks,
        "past_due": [],
        "eventually_due": asks,
        "pending_verification": [],
        "errors": [],
        "alternatives": [],
        "disabled_reason": disabled,
        "current_deadline": deadline,
    }


def answered(account: Body) -> Body:
    """Return the account after its owner has answered everything."""
    return {
        **account,
        "charges_enabled": True,
        "payouts_enabled": True,
        "details_submitted": True,
        "capabilities": dict.fromkeys(account["capabilities"], "active"),
        "requirements": requirements([], None),
    }


def restricted(account: Body, reason: str, asks: list[str]) -> Body:
    """Return the account after Stripe has restricted it."""
    return {
        **account,
        "charges_enabled": False,
        "payouts_enabled": False,
        "capabilities": dict.fromkeys(account["capabilities"], "inactive"),
        "requirements": requirements(asks, reason),
    }


def transfer_object(key: str, sent: Mapping[str, Any], now: int) -> Body:
    """Return a transfer."""
    return {
        "id": key,
        "object": "transfer",
        "amount": int(sent["amount"]),
        "amount_reversed": 0,
        "balance_transaction": f"txn_{key[3:]}",
        "created": now,
        "currency": sent["currency"],
        "description": sent.get("description"),
        "destination": sent["destination"],
        "destination_payment": f"py_{key[3:]}",
        "livemode": False,
        "metadata": sent.get("metadata", {}),
        "reversals": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/transfers/{key}/reversals",
        },
        "reversed": False,
        "source_transaction": None,
        "source_type": "card",
        "transfer_group": sent.get("transfer_group"),
    }


def reversal_object(key: str, transfer: Body, sent: Mapping[str, Any], now: int) -> Body:
    """Return a reversal of a transfer."""
    return {
        "id": key,
        "object": "transfer_reversal",
        "amount": int(sent.get("amount", transfer["amount"])),
        "balance_transaction": f"txn_{key[4:]}",
        "created": now,
        "currency": transfer["currency"],
        "destination_payment_refund": None,
        "metadata": sent.get("metadata", {}),
        "source_refund": None,
        "transfer": transfer["id"],
    }


def payout_object(key: str, sent: Mapping[str, Any], now: int) -> Body:
    """Return a payout that is on its way to the bank."""
    return {
        "id": key,
        "object": "payout",
        "amount": int(sent["amount"]),
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": now + 86_400,
        "automatic": False,
        "balance_transaction": f"txn_{key[3:]}",
        "created": now,
        "currency": sent["currency"],
        "description": sent.get("description"),
        "destination": "ba_loopback",
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": sent.get("metadata", {}),
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": sent.get("statement_descriptor"),
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
    }


SESSION_FIELDS = (
    *(
        "after_expiration",
        "allow_promotion_codes",
        "billing_address_collection",
        "consent",
        "currency_conversion",
    ),
    *(
        "client_secret",
        "consent_collection",
        "customer",
        "customer_creation",
        "customer_details",
        "discounts",
    ),
    *(
        "customer_email",
        "invoice",
        "invoice_creation",
        "payment_link",
        "phone_number_collection",
        "setup_intent",
    ),
    *("payment_method_collection", "recovered_from", "shipping_address_collection", "shipping_cost"),
    *("origin_context", "redirect_on_completion", "subscription", "total_details", "payment_method_options"),
)
"""Fields of a session that are empty for a payment like ours."""
SESSION_SECONDS = 86_400


def session_object(key: str, sent: Mapping[str, Any], now: int) -> Body:
    """Return a session of Checkout that nobody has paid yet."""
    total = sum(_line_cents(line) for line in sent["line_items"].values())
    return {
        **dict.fromkeys(SESSION_FIELDS),
        "id": key,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "status": None},
        "cancel_url": sent.get("cancel_url"),
        "client_reference_id": sent.get("client_reference_id"),
        "created": now,
        "currency": next(iter(sent["line_items"].values()))["price_data"]["currency"],
        "custom_fields": [],
        "custom_text": {},
        "expires_at": now + SESSION_SECONDS,
        "livemode": False,
        "locale": sent.get("locale"),
        "metadata": sent.get("metadata", {}),
        "mode": sent["mode"],
        "payment_intent": None,
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "shipping_options": [],
        "status": "open",
        "submit_type": sent.get("submit_type"),
        "success_url": sent.get("success_url"),
        "ui_mode": "hosted",
        "url": f"/checkout/{key}",
    }


def _line_cents(line: Mapping[str, Any]) -> int:
    return int(line["price_data"]["unit_amount"]) * int(line.get("quantity", 1))


def ended_session(session: Body, status: str, *, paid: bool = False) -> Body:
    """Return the session after it was completed or has expired."""
    intent = f"pi_{session['id'][3:]}" if status == "complete" else None
    state = {"status": status, "payment_status": "paid" if paid else "unpaid", "payment_intent": intent}
    return {**session, **state, "url": None}


def account_cents(held: Iterable[Body], account: str) -> int:
    """Return what is on a connected account: transfers and card payments, less what went out or back."""
    total = 0
    for one in held:
        if one["object"] == "transfer" and one["destination"] == account:
            total += one["amount"] - one["amount_reversed"]
        elif one["object"] == "checkout.session" and one.get("account") == account:
            total += one["amount_total"] if one["payment_status"] == "paid" else 0
        elif one["object"] == "payout" and one.get("account") == account:
            total -= 0 if one["status"] in ("failed", "canceled") else one["amount"]
        elif one["object"] in ("refund", "dispute") and one.get("account") == account:
            total -= 0 if one["status"] in ("failed", "canceled", "won") else one["amount"]
    return total


def balance_object(cents: int) -> Body:
    """Return a balance, all of which can be paid out."""
    part = {"amount": cents, "currency": "eur", "source_types": {"card": cents}}
    return {"object": "balance", "available": [part], "livemode": False, "pending": []}


def error_object(kind: str, message: str, code: str | None = None, param: str | None = None) -> Body:
    """Return an error as Stripe answers it."""
    named = {"code": code, "param": param}
    found = {name: value for name, value in named.items() if value is not None}
    return {"error": {"type": kind, "message": message, **found}}
