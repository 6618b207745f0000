"""When a funding may be paused, opened again, closed or revoked, and what becomes of its choices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import FundingState
from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.dates import ONE_DAY, is_plausible, state_on
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal

OVER = frozenset({FundingState.CLOSED, FundingState.REVOKED})
LONGEST_WHY = 500


class StateRefusalCode(StrEnum):
    """Why the state of a funding is not changed. The codes are public."""

    OVER = "funding_over"
    SAME = "state_same"
    NOT_PAUSED = "funding_not_paused"
    WHY_MISSING = "why_missing"
    WHY_TOO_LONG = "why_too_long"
    OUTSIDE_WINDOW = "outside_voucher_window"


STATE_REFUSALS: Final[Mapping[str, str]] = {
    StateRefusalCode.OVER: "The funding is closed or revoked already.",
    StateRefusalCode.SAME: "The funding is already in this state on that day.",
    StateRefusalCode.NOT_PAUSED: "Only a paused funding can be opened again.",
    StateRefusalCode.WHY_MISSING: "Enter the reason.",
    StateRefusalCode.WHY_TOO_LONG: "Enter at most 500 characters.",
    StateRefusalCode.OUTSIDE_WINDOW: "The day is after the funding's last day.",
}
"""The sentence of each code, as a msgid."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """The state from each of these days on: a change replaces what was decided for later days."""

    state: FundingState
    days: tuple[date, ...]


def change_of_state(funding: Funding, new: FundingState, from_day: date, why: str) -> StateChange | Refusal:
    """Return what changing the state from a day on writes. A closed or revoked funding stays so."""
    if not why.strip():
        return Refusal(StateRefusalCode.WHY_MISSING, "why")
    if len(why) > LONGEST_WHY:
        return Refusal(StateRefusalCode.WHY_TOO_LONG, "why")
    if any(state in OVER for _, state in funding.states):
        return Refusal(StateRefusalCode.OVER)
    if from_day > funding.window.last or not is_plausible(from_day):
        return Refusal(StateRefusalCode.OUTSIDE_WINDOW, "from")
    before = state_on(funding.states, from_day)
    if before is new:
        return Refusal(StateRefusalCode.SAME)
    if new is FundingState.OPEN and before is not FundingState.PAUSED:
        return Refusal(StateRefusalCode.NOT_PAUSED)
    later = {day for day, _ in funding.states if day > from_day}
    return StateChange(new, tuple(sorted({from_day} | later)))


def releases(funding: Funding) -> list[Posting]:
    """Return held → free for every choice of a funding that ends."""
    return [
        Posting(
            county_id=funding.county_id,
            event=Event.RELEASE,
            from_account=Account.HELD,
            to_account=Account.FREE,
            amount_cents=Money(choice.held_cents),
            funding_id=funding.id,
            choice_id=choice.id,
            quantity_hundredths=choice.held_quantity,
        )
        for choice in funding.choices
        if choice.held_cents > 0 or choice.held_quantity > 0
    ]


def last_day_before(from_day: date) -> date:
    """Return the last day on which choices of a funding that ends from a day on are still in force."""
    return from_day - ONE_DAY
