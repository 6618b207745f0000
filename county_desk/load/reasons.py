"""Why a worker has looked at a client today, as the looks of the day say it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.disclosure.facts.purposes import Purpose
from foundation.database.tables.audit import AuditEvent

WITHOUT_A_REASON = tuple(
    purpose.value
    for purpose in (
        Purpose.CLIENT_SEARCH,
        Purpose.CASE_LIST,
        Purpose.GRANT,
        Purpose.VOUCHERS,
        Purpose.APPROVAL,
    )
)
"""Purposes of lists and of granting: they need no reason of their own."""


def reason_given(session: Session, client_id: int, person_id: int | None, *, since: datetime) -> str | None:
    """Return the newest reason that the person gave for the client since a moment, as the client reads it."""
    query = (
        select(AuditEvent.why)
        .where(
            AuditEvent.client_id == client_id,
            AuditEvent.actor_id == person_id,
            AuditEvent.act == "client.look",
            AuditEvent.subject_kind == "client",
            AuditEvent.role == "worker",
            AuditEvent.at >= since,
            AuditEvent.why.not_in(WITHOUT_A_REASON),
        )
        .order_by(AuditEvent.id.desc())
        .limit(1)
    )
    return session.scalar(query)
