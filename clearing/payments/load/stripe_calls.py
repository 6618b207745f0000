"""Calls to Stripe that are due, and the payments that they are about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from clearing.payments.rules.settling import message_id
from clearing.payments.rules.stripe_transfers import AwaitedTransfer
from foundation.database.tables.counties import County
from foundation.database.tables.payments import Payment, PaymentRun
from foundation.database.tables.stripe import StripeAccount, StripeCall


@dataclass(frozen=True, slots=True)
class DueCall:
    """A call that is due: what Stripe is to do about which payment. `transfer`: Stripe's id, if made."""

    id: int
    kind: str
    key_number: int
    attempts: int
    county_id: int
    county: str
    county_name: str
    run_id: int
    payment_id: int
    provider_id: int
    end_to_end_id: str
    reference: str
    sum_cents: int
    account: str
    transfer: str | None

    @property
    def group(self) -> str:
        """The run's identifier, Stripe's transfer group."""
        return message_id(self.county, self.run_id)

    @property
    def key(self) -> str:
        """The idempotency key: our own id, so that a repetition does nothing twice."""
        name = self.end_to_end_id if self.kind == "transfer" else f"{self.end_to_end_id}-{self.kind}"
        return name if self.key_number == 1 else f"{name}-{self.key_number}"


def next_due_call(session: Session, counties: Collection[str], now: datetime) -> DueCall | None:
    """Lock and return the oldest call that is due, of counties with keys; not one that another has locked."""
    made = aliased(StripeCall)
    row: Any = session.execute(
        select(
            *(StripeCall.id, StripeCall.kind, StripeCall.key_number, StripeCall.attempts),
            *(County.id, County.code, County.name_fi, Payment.run_id, Payment.id, Payment.provider_id),
            *(Payment.end_to_end_id, Payment.reference, Payment.sum_cents, StripeAccount.account),
            made.object_id,
        )
        .join(Payment, Payment.id == StripeCall.payment_id)
        .join(County, County.id == StripeCall.county_id)
        .join(StripeAccount, StripeAccount.id == Payment.stripe_account_id)
        .outerjoin(made, and_(made.payment_id == Payment.id, made.kind == "transfer"))
        .where(StripeCall.state == "queued", StripeCall.due_at <= now, County.code.in_(counties))
        .order_by(StripeCall.due_at, StripeCall.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=StripeCall)
    ).one_or_none()
    return None if row is None else DueCall(*row)


def transfer_named(session: Session, county_id: int, end_to_end_id: str) -> AwaitedTransfer | None:
    """Return the county's payment by Stripe with this identifier, locked after its run; None: none."""
    named = and_(Payment.end_to_end_id == end_to_end_id, Payment.county_id == county_id)
    return _awaited(session, named)


def transfer_of_payment(session: Session, payment_id: int) -> AwaitedTransfer | None:
    """Return the payment by Stripe with this id, locked after its run; None: there is none."""
    return _awaited(session, Payment.id == payment_id)


def _awaited(session: Session, condition: ColumnElement[bool]) -> AwaitedTransfer | None:
    runs = select(Payment.run_id).where(condition)
    session.execute(select(PaymentRun.id).where(PaymentRun.id.in_(runs)).with_for_update())
    made, reversal = aliased(StripeCall), aliased(StripeCall)
    row = session.execute(
        select(
            *(Payment.id, Payment.run_id, Payment.county_id, Payment.provider_id, Payment.end_to_end_id),
            *(Payment.sum_cents, Payment.state, StripeAccount.account, StripeAccount.live),
            *(made.object_id, reversal.approved_by.is_not(None), Payment.open_code.is_not(None)),
        )
        .join(StripeAccount, StripeAccount.id == Payment.stripe_account_id)
        .outerjoin(made, and_(made.payment_id == Payment.id, made.kind == "transfer"))
        .outerjoin(reversal, and_(reversal.payment_id == Payment.id, reversal.kind == "reversal"))
        .where(condition)
        .with_for_update(of=Payment)
        .execution_options(populate_existing=True)
    ).one_or_none()
    return None if row is None else AwaitedTransfer(*row)
