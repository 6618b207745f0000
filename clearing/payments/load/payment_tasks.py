"""What the bank's answers leave to the people who pay: answers to decide about, payees without an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.load.providers import newest_accounts
from clearing.payments.load.held_payees import payees_the_bank_holds
from clearing.payments.rules.answers import ACCOUNT_CODES
from clearing.payments.rules.payouts import WaitReason
from foundation.database.tables.payments import Payment
from foundation.database.tables.providers import Provider
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class PaymentTask:
    """A payment that somebody must act on. `code`: the open answer's, or the bank's reason of the return."""

    run_id: int
    payment_id: int
    provider_name: str
    sum_cents: Money
    code: str
    day: date | None
    uploaded_by: int | None


def answers_to_decide(session: Session, county_id: int) -> list[PaymentTask]:
    """Return the county's payments with an open answer, the oldest first."""
    query = (
        select(
            Payment.run_id,
            Payment.id,
            Provider.name,
            Payment.sum_cents,
            Payment.open_code,
            Payment.open_day,
            Payment.open_by,
        )
        .join(Provider, Provider.id == Payment.provider_id)
        .where(Payment.county_id == county_id, Payment.open_code.is_not(None))
        .order_by(Payment.id)
    )
    return [
        PaymentTask(run_id, key, name, Money(cents), code or "", day, by)
        for run_id, key, name, cents, code, day, by in session.execute(query)
    ]


def payees_without_account(session: Session, county_id: int) -> list[PaymentTask]:
    """Return the newest returned payment of each payee that the bank holds because of its account."""
    query = (
        select(
            Payment.provider_id,
            Payment.run_id,
            Payment.id,
            Provider.name,
            Payment.sum_cents,
            Payment.return_reason,
            Payment.answered_on,
        )
        .join(Provider, Provider.id == Payment.provider_id)
        .where(Payment.county_id == county_id, Payment.state == "returned")
        .where(Payment.return_reason.in_(ACCOUNT_CODES))
        .order_by(Payment.id)
    )
    newest = {
        provider_id: PaymentTask(run_id, key, name, Money(cents), reason or "", day, None)
        for provider_id, run_id, key, name, cents, reason, day in session.execute(query)
    }
    held = payees_the_bank_holds(session, newest_accounts(session, list(newest)))
    return [
        task for provider_id, task in newest.items() if held.get(provider_id) == WaitReason.ACCOUNT_RETURNED
    ]
