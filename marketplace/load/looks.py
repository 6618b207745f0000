"""Who has looked at a client's data, and why (Act 703/2023: a client may learn it)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.audit import AuditEvent


@dataclass(frozen=True, slots=True)
class Look:
    """One look or act: who, in which role, what, why, when."""

    at: datetime
    name: str
    role: str | None
    act: str
    why: str


def looks_at(session: Session, client_id: int, *, first: int, count: int) -> list[Look]:
    """The looks and acts that concerned the client, the newest first."""
    rows = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.client_id == client_id)
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .offset(first)
        .limit(count)
    )
    return [Look(row.at, row.actor_name, row.role, row.act, row.why) for row in rows]


def count_looks(session: Session, client_id: int) -> int:
    """How many there are."""
    return session.scalar(select(func.count()).where(AuditEvent.client_id == client_id)) or 0
