"""Rows of approvals and their states."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from foundation.database.rows import store_rows
from foundation.database.tables.providers import Approval, ApprovalState
from foundation.vocabulary.roles import Actor
from marketplace.rules.approving import ApprovalChange


def store_approval(session: Session, *, provider_id: int, county_id: int, service_id: int) -> int:
    """Store a new approval, without a state; return its id."""
    row = {"provider_id": provider_id, "county_id": county_id, "service_id": service_id}
    return session.execute(insert(Approval).values(**row).returning(Approval.id)).scalar_one()


def store_approval_state(
    session: Session, approval_id: int, change: ApprovalChange, *, why: str, actor: Actor, now: datetime
) -> None:
    """Store the state from each day of the change on."""
    rows = [
        {
            "approval_id": approval_id,
            "state": change.state.value,
            "from_day": day,
            "why": why,
            "set_at": now,
            "set_by": actor.person_id,
        }
        for day in change.days
    ]
    store_rows(session, ApprovalState, rows)
