"""Who did what, to whose data, and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clearing.write.rows import store_rows
from foundation.database.tables.audit import AuditEvent
from foundation.vocabulary.roles import Actor


def record(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    act: str,
    subject: tuple[str, object],
    county_id: int | None = None,
    client_id: int | None = None,
    why: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Store one audit row.

    `act` is a dotted name such as `charge.accept` or `client.look`; `subject` a kind and its key, such as
    `("funding", "PS-…")`; `client_id` the client whose data it concerned (who may
    read it: Act 703/2023).
    """
    row = {
        "county_id": county_id if county_id is not None else actor.county_id,
        "at": now,
        "actor_id": actor.person_id,
        "actor_name": actor.name,
        "role": actor.role,
        "act": act,
        "subject_kind": subject[0],
        "subject_id": str(subject[1]),
        "client_id": client_id,
        "why": why,
        "detail": dict(detail or {}),
    }
    store_rows(session, AuditEvent, [row])
