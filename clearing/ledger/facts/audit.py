"""Acts to record in the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from foundation.vocabulary.roles import Actor

ACTOR_PROVIDER = "actor_provider_id"
"""In the detail of a row: the id of the provider that the actor works for."""


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
