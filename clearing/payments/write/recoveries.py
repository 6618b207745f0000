"""Claims on providers, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert as insert_or_leave
from sqlalchemy.orm import Session

from foundation.database.columns import table_of
from foundation.database.rows import reserve_ids, store_rows
from foundation.database.tables.outbox import OutboxMessage
from foundation.database.tables.recoveries import Recovery
from foundation.vocabulary.identifiers import creditor_reference
from foundation.vocabulary.money import Money


def store_recovery(
    session: Session,
    county_id: int,
    provider_id: int,
    amount_cents: Money,
    why: str,
    by: int | None,
    at: datetime,
    *,
    due_on: date,
) -> int:
    """Store a claim with the reference of its invoice and return its id."""
    [key] = reserve_ids(session, Recovery, 1)
    row = {"id": key, "county_id": county_id, "provider_id": provider_id, "amount_cents": amount_cents}
    reference = creditor_reference(f"{county_id:02d}C{key}")
    made = {"why": why, "made_at": at, "made_by": by, "reference": reference, "due_on": due_on}
    store_rows(session, Recovery, [row | made])
    return key


def change_recovery(session: Session, claim_id: int, values: Mapping[str, Any]) -> None:
    """Change a claim."""
    session.execute(update(Recovery).where(Recovery.id == claim_id).values(**values))


def notify_of_claim(session: Session, claim_id: int, county_id: int, *, now: datetime) -> None:
    """Leave a mail about the claim for its provider in the outbox, once. It names the claim and nobody."""
    row = {"county_id": county_id, "key": f"claim-notice:{claim_id}", "kind": "claim_notice"}
    row |= {"body": {"recovery_id": claim_id}, "made_at": now, "due_at": now, "attempts": 0}
    statement = insert_or_leave(table_of(OutboxMessage)).values(row).inline()  # requests may not read it
    session.connection().execute(statement.on_conflict_do_nothing())
