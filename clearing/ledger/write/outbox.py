"""Mails into the outbox, and what became of sending a message."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.outbox import OutboxMessage


def leave_mail(session: Session, key: str, *, to: str, subject: str, text: str, now: datetime) -> None:
    """Leave a mail in the outbox, to be sent after the transaction; once for each key."""
    _leave(session, key, {"to": to, "subject": subject, "text": text}, now)


def leave_secret_mail(session: Session, key: str, *, to: str, subject: str, text: str, now: datetime) -> None:
    """Leave a mail whose text is a secret, such as a link to log in: the text is removed when it is sent."""
    _leave(session, key, {"to": to, "subject": subject, "text": text, "secret": True}, now)


def _leave(session: Session, key: str, body: dict[str, Any], now: datetime) -> None:
    # Neither the key's index is named nor the new id read: requests may not read the outbox.
    row = {"key": key, "kind": "mail", "body": body, "made_at": now, "due_at": now, "attempts": 0}
    session.execute(insert(OutboxMessage).values(row).inline().on_conflict_do_nothing())


def note_sent(session: Session, message_id: int, now: datetime) -> None:
    """Record that a message was sent; the text of a secret one is removed."""
    body = OutboxMessage.body
    kept = case((body.has_key("secret"), body.op("-")("text")), else_=body)
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(attempts=OutboxMessage.attempts + 1, sent_at=now, last_error=None, body=kept)
    )


def note_failure(session: Session, message_id: int, why: str, *, retry_at: datetime) -> None:
    """Record that sending failed; the message is due again at `retry_at`."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(attempts=OutboxMessage.attempts + 1, last_error=why, due_at=retry_at)
    )
