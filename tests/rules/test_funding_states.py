"""Pausing, opening again, closing and revoking a funding: from which day, why not, and what is released."""

from datetime import date

import pytest

from clearing.grants.facts.kinds import FundingState
from clearing.grants.rules.funding_states import (
    STATE_REFUSALS,
    StateChange,
    StateRefusalCode,
    change_of_state,
    last_day_before,
    releases,
)
from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.dates import DateWindow, state_on
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from tests.rules.facts_builder import choice, funding

GRANTED, OPEN, PAUSED = FundingState.GRANTED, FundingState.OPEN, FundingState.PAUSED
CLOSED, REVOKED = FundingState.CLOSED, FundingState.REVOKED
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
BEGUN = (date(2026, 1, 1), OPEN)
LAST = date(2026, 12, 31)
States = tuple[tuple[date, FundingState], ...]

# the states, the requested state and its first day; the days written, or the refusal
CHANGES: list[tuple[States, FundingState, date, tuple[date, ...] | StateRefusalCode]] = [
    ((BEGUN,), PAUSED, APRIL, (APRIL,)),
    ((BEGUN,), CLOSED, APRIL, (APRIL,)),
    ((BEGUN,), REVOKED, BEGUN[0], (BEGUN[0],)),
    ((BEGUN,), CLOSED, LAST, (LAST,)),
    ((BEGUN,), CLOSED, date(2027, 1, 1), StateRefusalCode.OUTSIDE_WINDOW),
    ((BEGUN,), PAUSED, date(1900, 1, 1), (date(1900, 1, 1), BEGUN[0])),
    ((BEGUN,), PAUSED, date(1899, 12, 31), StateRefusalCode.OUTSIDE_WINDOW),
    ((BEGUN,), OPEN, APRIL, StateRefusalCode.SAME),
    ((BEGUN, (MARCH, PAUSED)), OPEN, APRIL, (APRIL,)),
    ((BEGUN, (MARCH, PAUSED)), PAUSED, APRIL, StateRefusalCode.SAME),
    ((BEGUN, (MARCH, PAUSED)), PAUSED, MARCH, StateRefusalCode.SAME),
    ((BEGUN, (APRIL, PAUSED)), PAUSED, MARCH, (MARCH, APRIL)),
    ((BEGUN, (APRIL, PAUSED), (MAY, OPEN)), CLOSED, MARCH, (MARCH, APRIL, MAY)),
    ((BEGUN, (APRIL, PAUSED), (MAY, OPEN)), CLOSED, APRIL, (APRIL, MAY)),
    (((MARCH, GRANTED),), OPEN, APRIL, StateRefusalCode.NOT_PAUSED),
    (((MARCH, GRANTED),), PAUSED, APRIL, (APRIL,)),
    ((BEGUN,), OPEN, date(2025, 12, 31), StateRefusalCode.NOT_PAUSED),
    ((BEGUN, (MAY, CLOSED)), PAUSED, APRIL, StateRefusalCode.OVER),
    ((BEGUN, (MARCH, CLOSED)), OPEN, APRIL, StateRefusalCode.OVER),
    ((BEGUN, (MARCH, REVOKED)), CLOSED, APRIL, StateRefusalCode.OVER),
]


@pytest.mark.parametrize(("states", "state", "day", "result"), CHANGES)
def test_a_change_of_state(
    states: States, state: FundingState, day: date, result: tuple[date, ...] | StateRefusalCode
) -> None:
    expected = result if isinstance(result, StateRefusalCode) else StateChange(state, result)
    window = DateWindow(date(2026, 1, 1), LAST)
    change = change_of_state(funding(states=states, window=window), state, day, "moved away")
    assert (change.code if isinstance(change, Refusal) else change) == expected


WHYS = [
    ("x", None),
    ("x" * 500, None),
    ("x" * 501, StateRefusalCode.WHY_TOO_LONG),
    ("", StateRefusalCode.WHY_MISSING),
    (" \n", StateRefusalCode.WHY_MISSING),
]


@pytest.mark.parametrize(("why", "fault"), WHYS)
def test_a_change_needs_its_reason_in_words(why: str, fault: StateRefusalCode | None) -> None:
    change = change_of_state(funding(states=(BEGUN,)), PAUSED, APRIL, why)
    assert change == (Refusal(fault, "why") if fault else StateChange(PAUSED, (APRIL,)))


def test_every_fault_has_its_words() -> None:
    assert set(STATE_REFUSALS) == set(StateRefusalCode)


ON_A_DAY = [
    (date(2025, 12, 31), None),
    (date(2026, 1, 1), OPEN),
    (date(2026, 2, 28), OPEN),
    (MARCH, CLOSED),
    (MAY, CLOSED),
]


@pytest.mark.parametrize(("day", "state"), ON_A_DAY)
def test_the_state_at_the_end_of_a_day(day: date, state: FundingState | None) -> None:
    assert state_on((BEGUN, (MARCH, PAUSED), (MARCH, CLOSED)), day) is state


def test_a_funding_that_ends_releases_what_its_choices_hold() -> None:
    held, one_cent, nothing = (
        choice(id=key, held_cents=Money(cents)) for key, cents in ((1, 500), (2, 1), (3, 0))
    )
    assert releases(funding(choices=(held, nothing, one_cent))) == [
        Posting(12, Event.RELEASE, Account.HELD, Account.FREE, Money(cents), None, 900, choice_id=key)
        for key, cents in ((1, 500), (2, 1))
    ]


def test_choices_end_the_day_before() -> None:
    assert last_day_before(MARCH) == date(2026, 2, 28)
