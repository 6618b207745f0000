"""Claims on providers, as rows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from foundation.database.rows import reserve_ids, store_rows
from foundation.database.tables.recoveries import Recovery
from foundation.vocabulary.money import Money


def store_recovery(
    session: Session,
    county_id: int,
    provider_id: int,
    amount_cents: Money,
    why: str,
    by: int | None,
    at: datetime,
) -> int:
    """Store a claim and return its id."""
    [key] = reserve_ids(session, Recovery, 1)
    row = {"id": key, "county_id": county_id, "provider_id": provider_id, "amount_cents": amount_cents}
    store_rows(session, Recovery, [row | {"why": why, "made_at": at, "made_by": by}])
    return key
