"""Agreements that counties make a provider's invoices, into the book."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables.self_billing import SelfBilling
from foundation.vocabulary.roles import Actor


def store_agreement(
    session: Session,
    provider_id: int,
    first: date,
    *,
    street: str,
    postcode: str,
    town: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Store an agreement from a day on, until further notice."""
    session.add(
        SelfBilling(
            provider_id=provider_id,
            valid=days(first, None),
            street=street,
            postcode=postcode,
            town=town,
            agreed_at=now,
            agreed_by=actor.person_id,
        )
    )
    session.flush()


def end_agreement(
    session: Session, agreement_id: int, first: date, last: date, *, actor: Actor, now: datetime
) -> None:
    """End an agreement; its last day is the last on which an approved settlement gets an invoice."""
    session.execute(
        update(SelfBilling)
        .where(SelfBilling.id == agreement_id)
        .values(valid=days(first, last), ended_at=now, ended_by=actor.person_id)
    )
