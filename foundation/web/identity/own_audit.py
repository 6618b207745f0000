"""Audit rows about the actor's own account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from foundation.database.tables.audit import AuditEvent
from foundation.vocabulary.roles import Actor


def record_own(db: Session, actor: Actor, act: str, now: datetime, **detail: object) -> None:
    """Store an audit row about the actor's own account."""
    row = {
        "county_id": actor.county_id,
        "at": now,
        "actor_id": actor.person_id,
        "actor_name": actor.name,
        "role": actor.role,
        "act": act,
        "subject_kind": "person",
        "subject_id": str(actor.person_id),
        "detail": detail,
    }
    # Without the new id: before the second factor there is no context in which the row could be read.
    db.execute(insert(AuditEvent).values(row).inline())
