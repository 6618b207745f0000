"""Events of Stripe and findings of a comparison with it, as rows; each is kept once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.postgresql import insert as insert_or_leave
from sqlalchemy.orm import Session

from foundation.database.columns import table_of
from foundation.database.tables.stripe import StripeComparison, StripeEvent

_event = table_of(StripeEvent)


def keep_event(session: Session, values: Mapping[str, Any]) -> bool:
    """Store the event; return whether it is new. Another transaction with the same event waits here."""
    statement = insert_or_leave(_event).values(**values).on_conflict_do_nothing(index_elements=["id"])
    return session.scalar(statement.returning(_event.c.id)) is not None


def note_outcome(session: Session, event_id: str, values: Mapping[str, Any]) -> None:
    """Store what came of an event."""
    session.execute(update(_event).where(_event.c.id == event_id).values(**values))


def close_event(session: Session, event_id: str, *, by: int, why: str, now: datetime) -> None:
    """Record that a person has dealt with it."""
    note_outcome(session, event_id, {"closed_at": now, "closed_by": by, "closed_why": why})


def store_comparison(session: Session, values: Mapping[str, Any]) -> None:
    """Store that the book was compared with Stripe."""
    session.execute(insert(StripeComparison).values(**values))


def forget_comparisons(session: Session, county_id: int) -> None:
    """Forget that the county's book was compared with Stripe: it is compared again before it pays."""
    session.execute(delete(StripeComparison).where(StripeComparison.county_id == county_id))
