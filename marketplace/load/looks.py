"""Who has looked at a client's data, and why, which the client may know (Act 703/2023)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.audit import AuditEvent


@dataclass(frozen=True, slots=True)
class Look:
    """A look or an act: when, by whom, in which role, what and why."""

    at: datetime
    name: str
    role: str | None
    act: str
    why: str


def looks_at(session: Session, client_id: int, *, first: int, count: int) -> list[Look]:
    """Return the looks and acts that concerned the client, newest first."""
    rows = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.client_id == client_id)
        .order_by(AuditEvent.at.desc(), AuditEvent.id.desc())
        .offset(first)
        .limit(count)
    )
    return [Look(row.at, row.actor_name, row.role, row.act, row.why) for row in rows]


def count_looks(session: Session, client_id: int) -> int:
    """Return the number of looks and acts that concerned the client."""
    return session.scalar(select(func.count()).where(AuditEvent.client_id == client_id)) or 0
