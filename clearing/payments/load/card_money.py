"""Accounts at Stripe that take cards, and what of their balance is the county's payment on its way."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from clearing.payments.load.stripe_accounts import KnownAccount, accounts_in_use
from foundation.database.tables.co_payments import CoPaymentCheckout
from foundation.database.tables.payments import Payment
from foundation.database.tables.stripe import StripeAccount, StripeCall


def accounts_with_card_money(session: Session, counties: Collection[str]) -> list[KnownAccount]:
    """Return the accounts in use to which a client has ever paid by card, of counties with keys."""
    paid = exists().where(
        CoPaymentCheckout.stripe_account_id == StripeAccount.id, CoPaymentCheckout.state == "paid"
    )
    return accounts_in_use(session, counties, paid)


def county_cents_on_the_way(session: Session, account_id: int) -> int:
    """Return what the county has sent, or is sending, to the account and has not paid out to its bank yet.

    Those payments are paid out each with its own reference. What was refused, or taken back, is not there.
    """
    payout, transfer = aliased(StripeCall), StripeCall
    is_done = exists().where(
        payout.payment_id == transfer.payment_id,
        payout.kind.in_(("payout", "reversal")),
        payout.state == "done",
        payout.result.is_distinct_from("failed"),
    )
    query = (
        select(func.coalesce(func.sum(Payment.sum_cents), 0))
        .join(transfer, transfer.payment_id == Payment.id)
        .where(Payment.stripe_account_id == account_id)
        .where(transfer.kind == "transfer", transfer.state != "refused", ~is_done)
    )
    return int(session.scalar(query) or 0)
