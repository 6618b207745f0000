"""Rows of what clients ask of the county's workers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.help_requests import HelpRequest


def store_request(
    session: Session,
    *,
    county_id: int,
    client_id: int,
    kind: str,
    funding_id: int | None,
    words: str,
    person_id: int | None,
    now: datetime,
) -> int | None:
    """Store a request and return its id; None if one of this kind is open."""
    row = insert(HelpRequest).values(
        county_id=county_id,
        client_id=client_id,
        kind=kind,
        funding_id=funding_id,
        words=words,
        asked_at=now,
        asked_by=person_id,
        answer="",
    )
    return session.scalar(row.on_conflict_do_nothing().returning(HelpRequest.id))


def store_request_answer(
    session: Session, request_id: int, *, answer: str, person_id: int | None, now: datetime
) -> None:
    """Store the worker's answer."""
    values = {"answer": answer, "answered_at": now, "answered_by": person_id}
    session.execute(update(HelpRequest).where(HelpRequest.id == request_id).values(**values))


def mark_withdrawn(session: Session, request_id: int, *, now: datetime) -> None:
    """Take a request off the county's worklist."""
    session.execute(update(HelpRequest).where(HelpRequest.id == request_id).values(withdrawn_at=now))
