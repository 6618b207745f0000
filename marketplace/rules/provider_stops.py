"""When a provider stops: what a client should know who has chosen it, or looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from clearing.eligibility.facts.kinds import ApprovalState
from clearing.eligibility.rules.provider_in_force import approval_on
from clearing.plans.rules.stopped_plans import SOON_DAYS
from clearing.reasons import PROVIDER_PAPERS_EXPIRED
from marketplace.rules.choice_query import OfferingFacts


class StopReason(StrEnum):
    """Why a provider that is approved may not give the visits of a plan."""

    PAPERS = "papers"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class ProviderStop:
    """The provider may not give the service from a day on: suspended, ended, or never approved (pending).

    Or its papers or its price end.
    """

    state: ApprovalState | StopReason
    from_day: date

    @property
    def last_day(self) -> date:
        """The last day on which the provider may give the service."""
        return self.from_day - timedelta(days=1)

    def is_soon(self, day: date) -> bool:
        """Return whether the start page says it: papers that end next summer are mostly renewed in time."""
        return self.from_day <= day + timedelta(days=SOON_DAYS)


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


def stop_as_planned(code: str | None, from_day: date | None) -> ProviderStop | None:
    """Return the stop that was found when the visits of a choice were planned, of an approved provider."""
    if code is None or from_day is None:
        return None
    state = StopReason.PAPERS if code == PROVIDER_PAPERS_EXPIRED.code else StopReason.PRICE
    return ProviderStop(state, from_day)


@dataclass(frozen=True, slots=True)
class ChosenFor:
    """A live choice, the service it is for, when it was made, and since when another must be found for it."""

    choice_id: int
    service: str
    made_at: datetime
    stop_found_at: datetime | None


def found_instead(choices: Sequence[ChosenFor]) -> frozenset[int]:
    """Return the choices of a funding for which somebody else has been chosen since their provider stops."""
    return frozenset(
        stopped.choice_id
        for stopped in choices
        if stopped.stop_found_at is not None
        and any(
            other.choice_id != stopped.choice_id
            and other.service == stopped.service
            and other.stop_found_at is None
            and other.made_at >= stopped.stop_found_at
            for other in choices
        )
    )


def was_public(offering: OfferingFacts, day: date) -> bool:
    """Return whether the public list has had the offering: published, and approved on the day or before."""
    approved = [first for first, state in _history(offering) if state is ApprovalState.APPROVED]
    return offering.published and any(first <= day for first in approved)


def _history(offering: OfferingFacts) -> tuple[tuple[date, ApprovalState], ...]:
    return tuple(offering.provider.approvals.get((offering.county_id, offering.service), ()))
