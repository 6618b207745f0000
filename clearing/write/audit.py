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
    kind, key = subject
    note = AuditNote(actor, now, act, kind, str(key), None, detail or {}, county_id, client_id, why)
    store_rows(session, AuditEvent, [note.row()])


@dataclass(frozen=True, slots=True)
class AuditNote:
    """An act to be noted, by itself or together with the rows that it stores.

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
    county_id: int | None = None
    client_id: int | None = None
    why: str = ""

    def row(self) -> dict[str, Any]:
        """The row, its subject empty while its key is unknown; of the actor's county where none is named."""
        return {
            "county_id": self.county_id if self.county_id is not None else self.actor.county_id,
            "at": self.at,
            "actor_id": self.actor.person_id,
            "actor_name": self.actor.name,
            "role": self.actor.role,
            "act": self.act,
            "subject_kind": self.subject_kind,
            "subject_id": self.subject_id or "",
            "client_id": self.client_id,
            "why": self.why,
            "detail": dict(self.detail),
        }


def store_notes(session: Session, notes: Sequence[AuditNote], keys: Sequence[int]) -> None:
    """Store notes about rows whose keys are known now, by place."""
    store_rows(session, AuditEvent, note_rows(notes, keys))


def note_rows(notes: Sequence[AuditNote], keys: Sequence[int]) -> list[dict[str, Any]]:
    """The rows of notes about rows whose keys are known now, by place."""
    rows = [note.row() for note in notes]
    for row, note in zip(rows, notes, strict=True):
        if note.subject_id is None and note.place is not None:
            row["subject_id"] = str(keys[note.place])
    return rows
