"""What is reported to a provider's program, and what a delivery carries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID


class EventType(StrEnum):
    """An event. The values are public; the trigger `report_change` writes them."""

    CHARGE_ACCEPTED = "charge.accepted"
    CHARGE_ON_HOLD = "charge.on_hold"
    CHARGE_REFUSED = "charge.refused"
    CHARGE_ADMITTED = "charge.admitted"
    CHARGE_REJECTED = "charge.rejected"
    CHARGE_WITHDRAWN = "charge.withdrawn"
    CHARGE_CORRECTED = "charge.corrected"
    CHARGE_FILE_FINISHED = "charge_file.finished"
    CHARGE_DISPUTED = "charge.disputed"
    DISPUTE_ANSWERED = "dispute.answered"
    DISPUTE_DECIDED = "dispute.decided"
    SETTLEMENT_APPROVED = "settlement.approved"
    SETTLEMENT_SENT = "settlement.sent"
    SETTLEMENT_PAID = "settlement.paid"
    SETTLEMENT_RETURNED = "settlement.returned"
    CHOICE_MADE = "choice.made"
    CHOICE_ENDED = "choice.ended"


TEST: Final = "test"
"""The type of the event that an owner sends to try an address. It has no subject."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about: the kind of object, and where the API has it (`{}`: its id)."""

    kind: str
    path: str


_CHARGE: Final = Subject("charge", "/api/v1/charges/{}")
_DISPUTE: Final = Subject("charge", "/api/v1/charges/{}/thread")
_SETTLEMENT: Final = Subject("settlement", "/api/v1/settlements/{}")
_CHOICE: Final = Subject("choice", "/api/v1/visits")
SUBJECTS: Final[Mapping[str, Subject]] = MappingProxyType(
    {
        EventType.CHARGE_ACCEPTED: _CHARGE,
        EventType.CHARGE_ON_HOLD: _CHARGE,
        EventType.CHARGE_REFUSED: _CHARGE,
        EventType.CHARGE_ADMITTED: _CHARGE,
        EventType.CHARGE_REJECTED: _CHARGE,
        EventType.CHARGE_WITHDRAWN: _CHARGE,
        EventType.CHARGE_CORRECTED: _CHARGE,
        EventType.CHARGE_FILE_FINISHED: Subject("charge_file", "/api/v1/charge-files/{}"),
        EventType.CHARGE_DISPUTED: _DISPUTE,
        EventType.DISPUTE_ANSWERED: _DISPUTE,
        EventType.DISPUTE_DECIDED: _DISPUTE,
        EventType.SETTLEMENT_APPROVED: _SETTLEMENT,
        EventType.SETTLEMENT_SENT: _SETTLEMENT,
        EventType.SETTLEMENT_PAID: _SETTLEMENT,
        EventType.SETTLEMENT_RETURNED: _SETTLEMENT,
        EventType.CHOICE_MADE: _CHOICE,
        EventType.CHOICE_ENDED: _CHOICE,
    }
)


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A delivery that is to be sent now. `attempts` are those before."""

    id: int
    event_id: UUID
    type: str
    subject_id: int | None
    made_at: datetime
    due_at: datetime | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Salt:
    """What a secret is computed from, with the key of this version."""

    salt: bytes
    key_version: int


@dataclass(frozen=True, slots=True)
class Batch:
    """The deliveries of one address that are to be sent now, and the salts of the secrets that sign them."""

    webhook_id: int
    provider_id: int
    url: str
    failing_since: datetime | None
    salts: tuple[Salt, ...]
    deliveries: tuple[DueDelivery, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt: the status and the first characters of an answer, or the code of an error."""

    status: int | None
    text: str
    duration_ms: int
    error: str | None = None

    @property
    def is_taken(self) -> bool:
        """Return whether the program has taken the event: any answer from 200 to 299."""
        return self.error is None and self.status is not None and 200 <= self.status < 300
