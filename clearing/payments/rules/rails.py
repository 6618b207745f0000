"""Who may choose how a provider is paid, and when (rulebook: Settlement and payout)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clearing.payments.rules.stripe_payees import Rail


class RailRefusal(StrEnum):
    """Why the way of paying is not changed. The codes are public."""

    ROLE_FORBIDDEN = "role_forbidden"
    PROVIDER_UNKNOWN = "provider_unknown"
    WHY_MISSING = "why_missing"
    IN_USE = "rail_in_use"
    NOT_READY = "stripe_account_not_ready"
    NOT_OFFERED = "stripe_not_offered"
    NOT_WAITING = "rail_not_waiting"
    FINDING_CLOSED = "finding_not_open"
    SAME_PERSON = "same_person"


@dataclass(frozen=True, slots=True)
class RailChoice:
    """One choice of how a provider is paid. It counts from `confirmed_at` on, until the next one does."""

    id: int
    provider_id: int
    business_id: str
    provider: str
    rail: Rail
    account: str | None
    why: str
    chosen_at: datetime
    chosen_by: int
    chosen_by_name: str
    confirmed_at: datetime | None
    confirmed_by_name: str | None
    withdrawn_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        """Whether another person must confirm it."""
        return self.confirmed_at is None and self.withdrawn_at is None
