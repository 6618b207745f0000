"""A look at clients' data leaves a row that each client may read (Act 703/2023)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.roles import Actor


def note_looks(
    session: Session, client_ids: Iterable[int], *, what: str, actor: Actor, now: datetime, why: str = ""
) -> None:
    """One row for each client whose data is shown."""
    for client_id in dict.fromkeys(client_ids):
        record(
            session,
            actor=actor,
            now=now,
            act="client.look",
            subject=(what, client_id),
            county_id=actor.county_id,
            client_id=client_id,
            why=why,
        )
