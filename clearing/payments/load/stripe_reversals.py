"""Reversals of transfers that somebody asked for."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.payments.rules.stripe_retries import CallState
from foundation.database.tables.stripe import StripeCall


@dataclass(frozen=True, slots=True)
class AskedReversal:
    """A reversal of a payment, who asked for it and why."""

    id: int
    state: CallState
    asked_by: int
    why: str


def asked_reversal(session: Session, payment_id: int) -> AskedReversal | None:
    """Return the reversal of the payment, locked; None: nobody asked for one."""
    row = session.execute(
        select(StripeCall.id, StripeCall.state, StripeCall.asked_by, StripeCall.asked_why)
        .where(StripeCall.payment_id == payment_id, StripeCall.kind == "reversal")
        .with_for_update()
    ).one_or_none()
    return None if row is None else AskedReversal(row[0], CallState(row[1]), row[2] or 0, row[3] or "")
