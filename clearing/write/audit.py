"""Who did what, to whose data, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    row = _row(actor, now, act, subject, county_id=county_id, client_id=client_id, why=why, detail=detail)
    store_rows(session, AuditEvent, [row])


@dataclass(frozen=True, slots=True)
class AuditNote:
    """An act to be noted together with the rows that it stores.

    `subject_id` None: the act is about the row stored at `place` of its batch, whose key is not yet known;
    about nothing where `place` is None too.
    """

    actor: Actor
    at: datetime
    act: str
    subject_kind: str
    subject_id: str | None = None
    place: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """The row, its subject empty while its key is unknown."""
        return _row(
            self.actor, self.at, self.act, (self.subject_kind, self.subject_id or ""), detail=self.detail
        )


def store_notes(session: Session, notes: Sequence[AuditNote], keys: Sequence[int]) -> None:
    """Store notes about rows whose keys are known now, by place."""
    rows = [note.row() for note in notes]
    for row, note in zip(rows, notes, strict=True):
        if note.subject_id is None and note.place is not None:
            row["subject_id"] = str(keys[note.place])
    store_rows(session, AuditEvent, rows)


def _row(
    actor: Actor,
    now: datetime,
    act: str,
    subject: tuple[str, object],
    *,
    county_id: int | None = None,
    client_id: int | None = None,
    why: str = "",
    detail: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return {
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
