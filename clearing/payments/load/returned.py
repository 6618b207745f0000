"""Payments of a run that came back, and what comes next for each payee."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.eligibility.load.providers import newest_accounts
from clearing.payments.load.dues import carried_sum
from clearing.payments.load.held_payees import payees_the_bank_holds
from clearing.payments.rules.returned import NextStep, next_step_of
from foundation.database.tables.payments import Payment, PaymentRun
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class ReturnedPayment:
    """A payment that came back. `run_id`: the run that pays it again, or will when it is approved."""

    payment_id: int
    provider_name: str
    end_to_end_id: str
    sum_cents: Money
    next_step: NextStep
    run_id: int | None


def next_steps(
    session: Session, run_id: int, county_id: int, provider_ids: Collection[int]
) -> dict[int, tuple[NextStep, int | None]]:
    """Return what comes next for payees of whom a payment of the run came back, by provider id."""
    if not provider_ids:
        return {}
    accounts = newest_accounts(session, provider_ids)
    held = payees_the_bank_holds(session, accounts)
    newest, waits = func.max(Payment.run_id), PaymentRun.state == "prepared"
    query = (
        select(Payment.provider_id, newest.filter(~waits), newest.filter(waits))
        .join(PaymentRun, PaymentRun.id == Payment.run_id)
        .where(Payment.county_id == county_id, Payment.provider_id.in_(list(provider_ids)))
        .where(Payment.run_id > run_id, Payment.state != "returned", PaymentRun.state != "cancelled")
        .group_by(Payment.provider_id)
    )
    later = {key: (paid_in, prepared_in) for key, paid_in, prepared_in in session.execute(query)}
    return {
        key: next_step_of(
            owed_cents=carried_sum(session, county_id, key),
            held=held.get(key),
            account=accounts.get(key),
            paid_in=later.get(key, (None, None))[0],
            prepared_in=later.get(key, (None, None))[1],
        )
        for key in provider_ids
    }
