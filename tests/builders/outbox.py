"""Messages in the outbox."""

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
    """Store a message for the sender (`clearing.jobs`). Its key is unique, so it is stored only once."""
    message = OutboxMessage(
        county_id=county_id, kind=kind, key=key, body=dict(body), made_at=now, due_at=now, attempts=0
    )
    session.add(message)
