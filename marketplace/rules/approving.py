"""When a provider's approval may change, and from which days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clearing.eligibility.facts.kinds import ApprovalState
from foundation.vocabulary.dates import is_plausible, state_on

LONGEST_WHY = 500
NEEDS_WHY = frozenset({ApprovalState.SUSPENDED, ApprovalState.ENDED})


class ApprovalFault(StrEnum):
    """Why an approval cannot change as asked. The codes are public."""

    SAME = "state_same"
    WHY_MISSING = "why_missing"
    WHY_TOO_LONG = "why_too_long"
    NOT_APPROVED = "approval_not_in_force"
    SERVICE_UNKNOWN = "service_unknown"
    DAY_IMPOSSIBLE = "day_impossible"


APPROVAL_WORDS = {
    ApprovalFault.SAME: "The approval is already in this state on that day.",
    ApprovalFault.WHY_MISSING: "Tell why.",
    ApprovalFault.WHY_TOO_LONG: "Tell it in at most 500 characters.",
    ApprovalFault.NOT_APPROVED: "Only an approval in force can be suspended.",
    ApprovalFault.SERVICE_UNKNOWN: "The county does not offer this service.",
    ApprovalFault.DAY_IMPOSSIBLE: "The day is too far from today to be right.",
}

History = Sequence[tuple[date, ApprovalState]]
"""States in order of their first day; of several on one day the last counts."""


@dataclass(frozen=True, slots=True)
class ApprovalChange:
    """The state from each of these days on: it takes the place of what was told for later days."""

    state: ApprovalState
    days: tuple[date, ...]


def change_of_approval(
    history: History, wanted: ApprovalState, from_day: date, why: str
) -> ApprovalChange | ApprovalFault:
    """What changing an approval from a day on writes, or why it cannot be."""
    if wanted in NEEDS_WHY and not why.strip():
        return ApprovalFault.WHY_MISSING
    if len(why) > LONGEST_WHY:
        return ApprovalFault.WHY_TOO_LONG
    if not is_plausible(from_day):
        return ApprovalFault.DAY_IMPOSSIBLE
    before = state_on(history, from_day)
    later = {day for day, _ in history if day > from_day}
    if before is wanted and not later:
        return ApprovalFault.SAME
    if wanted is ApprovalState.SUSPENDED and before is not ApprovalState.APPROVED:
        return ApprovalFault.NOT_APPROVED
    return ApprovalChange(wanted, tuple(sorted({from_day} | later)))
