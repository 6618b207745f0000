"""Rows of requests to take off an owner's second factor."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from foundation.database.tables.factor_resets import FactorReset
from marketplace.rules.factor_resets import WAITS_FOR


def store_reset(
    session: Session,
    county_id: int,
    provider_id: int,
    person_id: int,
    *,
    why: str,
    asked_by: int,
    now: datetime,
) -> int:
    """Store a request; return its id."""
    row = {
        "county_id": county_id,
        "provider_id": provider_id,
        "person_id": person_id,
        "why": why,
        "asked_at": now,
        "asked_by": asked_by,
        "ripe_at": now + WAITS_FOR,
    }
    return session.execute(insert(FactorReset).values(row).returning(FactorReset.id)).scalar_one()


def note_confirmed(session: Session, reset_id: int, person_id: int, now: datetime) -> None:
    """Store who confirmed a request."""
    values = {"confirmed_at": now, "confirmed_by": person_id}
    session.execute(update(FactorReset).where(FactorReset.id == reset_id).values(values))


def note_stopped(session: Session, reset_id: int, person_id: int, now: datetime) -> None:
    """Store who stopped a request."""
    values = {"stopped_at": now, "stopped_by": person_id}
    session.execute(update(FactorReset).where(FactorReset.id == reset_id).values(values))
