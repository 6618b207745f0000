"""When a funding may be paused, opened again, closed or revoked, and what becomes of its choices."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clearing.grants.facts.funding import Funding
from clearing.grants.facts.kinds import FundingState
from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.dates import ONE_DAY, is_plausible, state_on
from foundation.vocabulary.money import Money

OVER = frozenset({FundingState.CLOSED, FundingState.REVOKED})
LONGEST_WHY = 500


class StateFault(StrEnum):
    """Why the state of a funding cannot change as asked. The codes are public."""

    OVER = "funding_over"
    SAME = "state_same"
    NOT_PAUSED = "funding_not_paused"
    WHY_MISSING = "why_missing"
    WHY_TOO_LONG = "why_too_long"
    OUTSIDE_WINDOW = "outside_voucher_window"


STATE_WORDS = {
    StateFault.OVER: "The funding is closed or revoked already.",
    StateFault.SAME: "The funding is already in this state on that day.",
    StateFault.NOT_PAUSED: "Only a paused funding can be opened again.",
    StateFault.WHY_MISSING: "Tell why.",
    StateFault.WHY_TOO_LONG: "Tell it in at most 500 characters.",
    StateFault.OUTSIDE_WINDOW: "The day is after the funding's last day.",
}
"""The sentence of each code (msgids)."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """The state from each of these days on: a change takes the place of what was told for later days."""

    state: FundingState
    days: tuple[date, ...]


def change_of_state(
    funding: Funding, wanted: FundingState, from_day: date, why: str
) -> StateChange | StateFault:
    """What changing the state from a day on writes, or why it cannot be. A closed or revoked one stays so."""
    if not why.strip():
        return StateFault.WHY_MISSING
    if len(why) > LONGEST_WHY:
        return StateFault.WHY_TOO_LONG
    if any(state in OVER for _, state in funding.states):
        return StateFault.OVER
    if from_day > funding.window.last or not is_plausible(from_day):
        return StateFault.OUTSIDE_WINDOW
    before = state_on(funding.states, from_day)
    if before is wanted:
        return StateFault.SAME
    if wanted is FundingState.OPEN and before is not FundingState.PAUSED:
        return StateFault.NOT_PAUSED
    later = {day for day, _ in funding.states if day > from_day}
    return StateChange(wanted, tuple(sorted({from_day} | later)))


def releases(funding: Funding) -> list[Posting]:
    """Held → free for every choice of a funding that ends."""
    return [
        Posting(
            county_id=funding.county_id,
            event=Event.RELEASE,
            from_account=Account.HELD,
            to_account=Account.FREE,
            amount_cents=Money(choice.held_cents),
            funding_id=funding.id,
            choice_id=choice.id,
        )
        for choice in funding.choices
        if choice.held_cents > 0
    ]


def last_day_before(from_day: date) -> date:
    """The last day on which choices of a funding that ends from a day on are still in force."""
    return from_day - ONE_DAY
