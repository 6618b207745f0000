"""The audit log: who did what, to whose data, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from clearing.ledger.facts.audit import AuditNote
from clearing.ledger.write.audit_rows import rows_of_notes
from foundation.database.rows import store_table_rows
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

    Args:
        act: A dotted name such as `charge.accept` or `client.look`.
        subject: A kind and its key, such as `("funding", "PS-…")`.
        client_id: The client whose data it concerned, and who may read the row (Act 703/2023).
    """
    kind, key = subject
    note = AuditNote(actor, now, act, kind, str(key), None, detail or {}, county_id, client_id, why)
    store_table_rows(session, rows_of_notes([note], []))


def store_notes(session: Session, notes: Sequence[AuditNote], keys: Sequence[int]) -> None:
    """Store notes; `keys` are the ids of the rows that they are about, by place."""
    store_table_rows(session, rows_of_notes(notes, keys))
