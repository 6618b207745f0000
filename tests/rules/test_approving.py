"""When an approval may change, and from which days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clearing.eligibility.facts.kinds import ApprovalState
from foundation.vocabulary.refusals import Refusal
from marketplace.rules.approving import ApprovalChange, change_of_approval

TODAY = date(2026, 11, 21)
PENDING, APPROVED = ApprovalState.PENDING, ApprovalState.APPROVED
SUSPENDED, ENDED = ApprovalState.SUSPENDED, ApprovalState.ENDED
History = dict[int, ApprovalState]


def day(offset: int) -> date:
    """Return a day so many days after today."""
    return TODAY + timedelta(days=offset)


def change(history: History, state: ApprovalState, why: str = "Why") -> ApprovalChange | Refusal:
    """Change an approval from today on."""
    states = [(day(offset), earlier) for offset, earlier in history.items()]
    return change_of_approval(states, state, TODAY, why)


@pytest.mark.parametrize(
    ("history", "state", "days"),
    [
        ({}, APPROVED, [0]),
        ({-5: PENDING}, APPROVED, [0]),
        ({-5: APPROVED}, SUSPENDED, [0]),
        ({0: APPROVED}, SUSPENDED, [0]),
        ({-5: PENDING}, ENDED, [0]),
        ({-5: APPROVED, 9: ENDED, 4: SUSPENDED}, APPROVED, [0, 4, 9]),
        ({-5: PENDING, 0: PENDING, 1: ENDED}, APPROVED, [0, 1]),
    ],
)
def test_the_state_holds_from_the_day_and_from_every_later_one(
    history: History, state: ApprovalState, days: list[int]
) -> None:
    assert change(history, state) == ApprovalChange(state, tuple(day(offset) for offset in days))


@pytest.mark.parametrize(
    ("history", "state", "code"),
    [
        ({-5: APPROVED}, APPROVED, "state_same"),
        ({0: APPROVED}, APPROVED, "state_same"),
        ({-5: PENDING}, SUSPENDED, "approval_not_in_force"),
        ({1: APPROVED}, SUSPENDED, "approval_not_in_force"),
        ({}, SUSPENDED, "approval_not_in_force"),
    ],
)
def test_a_change_without_effect_is_refused(history: History, state: ApprovalState, code: str) -> None:
    assert change(history, state) == Refusal(code)


@pytest.mark.parametrize(
    ("state", "why", "code"),
    [
        (SUSPENDED, " ", "why_missing"),
        (ENDED, "", "why_missing"),
        (ENDED, "x" * 501, "why_too_long"),
        (PENDING, "x" * 501, "why_too_long"),
        (ENDED, "x" * 500, None),
        (PENDING, "", None),
    ],
)
def test_the_reason_of_a_change(state: ApprovalState, why: str, code: str | None) -> None:
    found = change({-5: APPROVED}, state, why)
    assert (found == Refusal(code, "why")) if code else isinstance(found, ApprovalChange)


@pytest.mark.parametrize("year", [1899, 2201])
def test_a_day_far_from_today_is_not_plausible(year: int) -> None:
    found = change_of_approval([], APPROVED, date(year, 6, 1), "")
    assert found == Refusal("day_impossible", "from")
