"""Rows of requests for a free time and of the times that are offered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.time_requests import OfferedTime, TimeRequest


def store_time_request(
    session: Session,
    *,
    county_id: int,
    client_id: int,
    offering_id: int,
    provider_id: int,
    words: str,
    person_id: int | None,
    last_day: date,
    now: datetime,
) -> int | None:
    """Store a request and return its id; None if the client has an open one for the offering."""
    row = insert(TimeRequest).values(
        county_id=county_id,
        client_id=client_id,
        offering_id=offering_id,
        provider_id=provider_id,
        words=words,
        asked_at=now,
        asked_by=person_id,
        last_day=last_day,
        state="open",
        answer="",
    )
    return session.scalar(row.on_conflict_do_nothing().returning(TimeRequest.id))


def close_expired(session: Session, client_id: int, offering_id: int, day: date, now: datetime) -> None:
    """Close the client's expired request for an offering, so that a new one may be made."""
    dead = (
        TimeRequest.client_id == client_id,
        TimeRequest.offering_id == offering_id,
        TimeRequest.state == "open",
        TimeRequest.last_day < day,
    )
    session.execute(update(TimeRequest).where(*dead).values(state="withdrawn", closed_at=now))


def store_times(
    session: Session, request_id: int, county_id: int, times: Collection[datetime], now: datetime
) -> None:
    """Store times that a provider offers; one that is offered already is left as it is."""
    rows = [
        {"county_id": county_id, "time_request_id": request_id, "starts_at": each, "offered_at": now}
        for each in times
    ]
    session.execute(insert(OfferedTime).values(rows).on_conflict_do_nothing())


def mark_closed(session: Session, request_id: int, state: str, *, answer: str = "", now: datetime) -> None:
    """Close a request."""
    values = {"state": state, "answer": answer, "closed_at": now}
    session.execute(update(TimeRequest).where(TimeRequest.id == request_id).values(**values))


def mark_accepted(session: Session, offered_id: int, now: datetime) -> None:
    """Accept an offered time; the database holds that it is the only one of its request."""
    session.execute(update(OfferedTime).where(OfferedTime.id == offered_id).values(accepted_at=now))
