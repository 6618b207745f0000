"""Messages that wait in the outbox, and what their mail must tell."""

from __future__ import annotations

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
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class PaymentToTell:
    """A payment as its payee is told of it."""

    email: str
    provider: str
    county_fi: str
    county_sv: str
    sum_cents: Money
    reference: str
    execution_day: date | None
    settlement_id: int


@dataclass(frozen=True, slots=True)
class DueMessage:
    """A message that waits in the outbox; `attempts` have failed so far."""

    id: int
    kind: str
    key: str
    body: Mapping[str, Any]
    attempts: int


def next_due_message(session: Session, now: datetime) -> DueMessage | None:
    """The oldest message that is due, locked; those that another sender holds are passed by."""
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


def payment_to_tell(session: Session, payment_id: int) -> PaymentToTell:
    """What a payment advice tells; NoResultFound where there is no such payment."""
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
    return PaymentToTell(email, provider, county_fi, county_sv, Money(cents), reference, day, settlement_id)
