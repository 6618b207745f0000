"""Whose a funding is, and how often somebody has looked at a client's data for a purpose."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Text, any_, cast, exists, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from clearing.disclosure.facts.looks import ClientKey
from clearing.disclosure.facts.purposes import Purpose
from foundation.database.tables.audit import AuditEvent
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding


def keys_of_known_vouchers(session: Session, provider_id: int, vouchers: Collection[str]) -> list[ClientKey]:
    """Return the client of each voucher that the provider may know: it is named, or chosen and not undone."""
    chosen = exists().where(
        Choice.funding_id == Funding.id, Choice.provider_id == provider_id, Choice.withdrawn_at.is_(None)
    )
    columns = (Funding.client_id, Funding.county_id, Funding.voucher)
    rows = session.execute(
        select(*columns)
        .where(Funding.voucher == any_(cast(sorted(vouchers), ARRAY(Text))))
        .where((Funding.provider_id == provider_id) | chosen)
        .order_by(Funding.id)
    )
    return [ClientKey(*row) for row in rows]


def count_looks(
    session: Session, client_id: int, *, person_id: int | None, purpose: Purpose, since: datetime
) -> int:
    """Return how often a person has looked at a client's data for a purpose since a moment."""
    query = select(func.count()).where(
        AuditEvent.client_id == client_id,
        AuditEvent.actor_id == person_id,
        AuditEvent.why == purpose.value,
        AuditEvent.at >= since,
    )
    return session.scalar(query) or 0
