"""Payments of invoices at Stripe Checkout, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from clearing.payments.rules.stripe_checkouts import CheckoutState
from foundation.database.columns import table_of
from foundation.database.tables.co_payments import CoPaymentCheckout

_checkout = table_of(CoPaymentCheckout)


def store_checkout(session: Session, values: Mapping[str, Any]) -> int:
    """Store a payment that was begun; return its id."""
    return int(session.execute(insert(_checkout).values(**values).returning(_checkout.c.id)).scalar_one())


def change_checkout(
    session: Session, checkout_id: int, state: CheckoutState, intent: str | None, *, now: datetime
) -> None:
    """Store the state of a payment whose invoice the caller has locked, and Stripe's id of it.

    In one statement: a second one would lock the row of the account too.
    """
    values = {"state": state.value, "intent": intent, "changed_at": now}
    session.execute(update(_checkout).where(_checkout.c.id == checkout_id).values(**values))
    session.expire_all()
