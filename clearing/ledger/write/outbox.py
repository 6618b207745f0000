"""The outbox: messages that are sent after the transaction has committed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from foundation.database.tables.outbox import OutboxMessage


def put_in_outbox(
    session: Session,
    *,
    kind: str,
    key: str,
    body: Mapping[str, Any],
    now: datetime,
    county_id: int | None = None,
) -> None:
    """Store a message for the sender (`clearing.jobs`). Its key is unique, so it is stored only once."""
    message = OutboxMessage(
        county_id=county_id, kind=kind, key=key, body=dict(body), made_at=now, due_at=now, attempts=0
    )
    session.add(message)


def note_sent(session: Session, message_id: int, now: datetime) -> None:
    """Record that a message was sent."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(attempts=OutboxMessage.attempts + 1, sent_at=now, last_error=None)
    )


def note_failure(session: Session, message_id: int, why: str, *, retry_at: datetime) -> None:
    """Record that sending failed; the message is due again at `retry_at`."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(attempts=OutboxMessage.attempts + 1, last_error=why, due_at=retry_at)
    )
