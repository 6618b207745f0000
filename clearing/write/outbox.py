"""What must leave the house once the transaction is through."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

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
    """Leave a message for the sender (`clearing.jobs`); `key` is unique for ever, so it is sent once."""
    message = OutboxMessage(
        county_id=county_id, kind=kind, key=key, body=dict(body), made_at=now, due_at=now, attempts=0
    )
    session.add(message)


def note_sent(message: OutboxMessage, now: datetime) -> None:
    """The message has left."""
    message.attempts += 1
    message.sent_at = now
    message.last_error = None


def note_failure(message: OutboxMessage, why: str, *, try_again_at: datetime) -> None:
    """The message did not leave; it is due again at that moment."""
    message.attempts += 1
    message.last_error = why
    message.due_at = try_again_at
