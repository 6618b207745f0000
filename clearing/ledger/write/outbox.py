"""What became of sending a message of the outbox."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from foundation.database.tables.outbox import OutboxMessage


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
