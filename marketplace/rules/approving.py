"""When a provider's approval may change, and from which days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from clearing.eligibility.facts.kinds import ApprovalState
from foundation.vocabulary.dates import ONE_DAY, is_plausible, state_on
from foundation.vocabulary.refusals import Refusal

LONGEST_WHY = 500
NEEDS_WHY = frozenset({ApprovalState.SUSPENDED, ApprovalState.ENDED})


class ApprovalRefusalCode(StrEnum):
    """Why an approval is not changed. The codes are public."""

    SAME = "state_same"
    WHY_MISSING = "why_missing"
    WHY_TOO_LONG = "why_too_long"
    NOT_APPROVED = "approval_not_in_force"
    SERVICE_UNKNOWN = "service_unknown"
    DAY_IMPOSSIBLE = "day_impossible"
    CHARGES_SINCE = "charges_since"
    DAYS_BACKWARDS = "days_backwards"
    LAST_DAY_NOT_TAKEN = "last_day_not_taken"


APPROVAL_REFUSALS: Final[Mapping[str, str]] = {
    ApprovalRefusalCode.SAME: "The approval is already in this state on that day.",
    ApprovalRefusalCode.WHY_MISSING: "Enter the reason.",
    ApprovalRefusalCode.WHY_TOO_LONG: "Enter at most 500 characters.",
    ApprovalRefusalCode.NOT_APPROVED: "Only an approval in force can be suspended.",
    ApprovalRefusalCode.SERVICE_UNKNOWN: "The county does not offer this service.",
    ApprovalRefusalCode.DAY_IMPOSSIBLE: "The day is too far from today to be right.",
    ApprovalRefusalCode.DAYS_BACKWARDS: "The last day is before the first.",
    ApprovalRefusalCode.LAST_DAY_NOT_TAKEN: "Only a suspension has a last day. Leave it empty.",
    ApprovalRefusalCode.CHARGES_SINCE: (
        "The provider has charged visits since that day. Read the list and confirm."
    ),
}
"""The sentence of each code, as a msgid."""

History = Sequence[tuple[date, ApprovalState]]
"""States in order of their first day; of several on one day the last counts."""


@dataclass(frozen=True, slots=True)
class ApprovalChange:
    """The state from each of these days on: it replaces what was decided for later days."""

    state: ApprovalState
    days: tuple[date, ...]


def change_of_approval(
    history: History, new: ApprovalState, from_day: date, why: str
) -> ApprovalChange | Refusal:
    """Return what changing an approval from a day on writes."""
    if new in NEEDS_WHY and not why.strip():
        return Refusal(ApprovalRefusalCode.WHY_MISSING, "why")
    if len(why) > LONGEST_WHY:
        return Refusal(ApprovalRefusalCode.WHY_TOO_LONG, "why")
    if not is_plausible(from_day):
        return Refusal(ApprovalRefusalCode.DAY_IMPOSSIBLE, "from")
    before = state_on(history, from_day)
    later = {day for day, _ in history if day > from_day}
    if before is new and not later:
        return Refusal(ApprovalRefusalCode.SAME)
    if new is ApprovalState.SUSPENDED and before is not ApprovalState.APPROVED:
        return Refusal(ApprovalRefusalCode.NOT_APPROVED)
    return ApprovalChange(new, tuple(sorted({from_day} | later)))


def states_after(history: History, last_day: date) -> tuple[tuple[date, ApprovalState], ...]:
    """Return the states that a history has after a day, each with its first day; equal neighbours are one."""
    first = last_day + ONE_DAY
    state = state_on(history, first)
    found = [] if state is None else [(first, state)]
    for day in sorted({day for day, _ in history if day > first}):
        state = state_on(history, day)
        if state is not None and (not found or found[-1][1] is not state):
            found.append((day, state))
    return tuple(found)
