"""Acts to record in the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from foundation.vocabulary.roles import Actor


@dataclass(frozen=True, slots=True)
class AuditNote:
    """An act to record, alone or together with the rows that it stores.

    Without a `subject_id`, the act is about the row at `place` of its batch, whose key is not known yet. If
    `place` is None too, it has no subject.
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
        """Return the row.

        Its subject is empty if it is not known yet; its county is by default the actor's.
        """
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
