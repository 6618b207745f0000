"""When the approval of a provider stops: what a client should know who has chosen it, or looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.rules.provider_in_force import approval_on
from marketplace.rules.choice_query import OfferingFacts


@dataclass(frozen=True, slots=True)
class ProviderStop:
    """The provider may not give the service from a day on: suspended, ended, or never approved (pending)."""

    state: ApprovalState
    from_day: date

    @property
    def last_day(self) -> date:
        """The last day on which the provider may give the service."""
        return self.from_day - timedelta(days=1)


def stop_of(offering: OfferingFacts, first_day: date, last_day: date) -> ProviderStop | None:
    """Return the first day of a time on which the provider may not give the service, and why (R-14)."""
    state = approval_on(offering.provider, offering.county_id, offering.service, first_day)
    if state is not ApprovalState.APPROVED:
        return ProviderStop(state or ApprovalState.PENDING, first_day)
    later = sorted({day for day, _ in _history(offering) if first_day < day <= last_day})
    for day in later:
        state = approval_on(offering.provider, offering.county_id, offering.service, day)
        if state is not None and state is not ApprovalState.APPROVED:
            return ProviderStop(state, day)
    return None


def was_public(offering: OfferingFacts, day: date) -> bool:
    """Return whether the public list has had the offering: published, and approved on the day or before."""
    approved = [first for first, state in _history(offering) if state is ApprovalState.APPROVED]
    return offering.published and any(first <= day for first in approved)


def _history(offering: OfferingFacts) -> tuple[tuple[date, ApprovalState], ...]:
    return tuple(offering.provider.approvals.get((offering.county_id, offering.service), ()))
