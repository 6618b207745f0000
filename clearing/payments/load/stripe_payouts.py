"""Payouts from providers' accounts at Stripe to their banks."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.payments import Payment
from foundation.database.tables.stripe import StripeCall


@dataclass(frozen=True, slots=True)
class PayoutCall:
    """The call for a payment's payout; `result` is what Stripe said of it last."""

    id: int
    payment_id: int
    result: str | None


def payout_of_payment(session: Session, end_to_end_id: str, account_id: int) -> PayoutCall | None:
    """Return the payout of the payment to this account, locked; None: it is not one of ours."""
    row = session.execute(
        select(StripeCall.id, StripeCall.payment_id, StripeCall.result)
        .join(Payment, Payment.id == StripeCall.payment_id)
        .where(Payment.end_to_end_id == end_to_end_id, Payment.stripe_account_id == account_id)
        .where(StripeCall.kind == "payout")
        .with_for_update(of=StripeCall)
    ).one_or_none()
    return None if row is None else PayoutCall(*row)
