"""What a provider has said about its refused charges."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.charges import ClosedRefusal


def store_closed(
    session: Session, charge_id: int, *, provider_id: int, closed_by: int | None, now: datetime
) -> None:
    """Store that nothing is to be charged for a refused charge; twice is as once."""
    values = {"charge_id": charge_id, "provider_id": provider_id, "closed_at": now, "closed_by": closed_by}
    session.execute(insert(ClosedRefusal).values(**values).on_conflict_do_nothing())


def delete_closed(session: Session, charge_id: int) -> None:
    """Make a refused charge a task again."""
    session.execute(delete(ClosedRefusal).where(ClosedRefusal.charge_id == charge_id))
