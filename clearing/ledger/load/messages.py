"""Messages in the outbox, and the facts that their mail needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.counties import County
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.payments import Payment, PaymentRun
from foundation.database.tables.providers import Provider
from foundation.database.tables.recoveries import Recovery
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class AdvisedPayment:
    """A payment as its payment advice shows it to the payee."""

    email: str
    provider: str
    county_fi: str
    county_sv: str
    sum_cents: Money
    reference: str
    execution_day: date | None
    settlement_id: int


@dataclass(frozen=True, slots=True)
class NotifiedClaim:
    """A claim as the mail shows it to the provider."""

    email: str
    county_fi: str
    county_sv: str
    amount_cents: Money
    reference: str
    due_on: date


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message in the outbox that is due. `attempts` counts the failed ones."""

    id: int
    kind: str
    key: str
    body: Mapping[str, Any]
    attempts: int


def next_due_message(session: Session, now: datetime) -> DueMessage | None:
    """Lock and return the oldest message that is due, except those that another sender has locked."""
    row = session.execute(
        select(
            OutboxMessage.id,
            OutboxMessage.kind,
            OutboxMessage.key,
            OutboxMessage.body,
            OutboxMessage.attempts,
        )
        .where(OutboxMessage.sent_at.is_(None), OutboxMessage.due_at <= now)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    return None if row is None else DueMessage(*row)


def advised_payment(session: Session, payment_id: int) -> AdvisedPayment:
    """Return the facts of a payment advice.

    Raises:
        NoResultFound: There is no such payment.
    """
    row = session.execute(
        select(
            Provider.email,
            Provider.name,
            County.name_fi,
            County.name_sv,
            Payment.sum_cents,
            Payment.reference,
            PaymentRun.execution_day,
            Payment.settlement_id,
        )
        .join(Provider, Provider.id == Payment.provider_id)
        .join(County, County.id == Payment.county_id)
        .join(PaymentRun, PaymentRun.id == Payment.run_id)
        .where(Payment.id == payment_id)
    ).one()
    email, provider, county_fi, county_sv, cents, reference, day, settlement_id = row
    return AdvisedPayment(email, provider, county_fi, county_sv, Money(cents), reference, day, settlement_id)


def notified_claim(session: Session, recovery_id: int) -> NotifiedClaim:
    """Return the facts of the mail about a claim.

    Raises:
        NoResultFound: There is no such claim.
    """
    row = session.execute(
        select(
            Provider.email,
            County.name_fi,
            County.name_sv,
            Recovery.amount_cents,
            Recovery.reference,
            Recovery.due_on,
        )
        .join(Provider, Provider.id == Recovery.provider_id)
        .join(County, County.id == Recovery.county_id)
        .where(Recovery.id == recovery_id)
    ).one()
    email, county_fi, county_sv, cents, reference, due_on = row
    return NotifiedClaim(email, county_fi, county_sv, Money(cents), reference or "", due_on)
