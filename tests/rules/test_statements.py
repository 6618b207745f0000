"""Which statement a party may make in a dispute, and whose turn follows it."""

from __future__ import annotations

import pytest

from clearing.charges.disputes.facts.thread import Act, Claim, Statement, Thread, Turn
from clearing.charges.disputes.rules.statements import (
    ALREADY_OPEN,
    NOT_YOUR_TURN,
    THREAD_CLOSED,
    WORDS_MISSING,
    Billed,
    turn_after,
    why_not_said,
)
from foundation.vocabulary.money import Quantity
from foundation.vocabulary.refusals import Refusal

BILLED = Billed(Quantity(200), is_correction=False)
TURN_IN_WHICH = {
    Act.CLAIM: Turn.CLOSED,
    Act.TAKE_BACK: Turn.PROVIDER,
    Act.ACCEPT: Turn.CLIENT,
    Act.NOT_ACCEPT: Turn.CLIENT,
    Act.AGREE: Turn.PROVIDER,
    Act.PARTLY: Turn.PROVIDER,
    Act.STAND: Turn.PROVIDER,
    Act.DECIDE: Turn.COUNTY,
}


def thread(turn: Turn) -> Thread:
    return Thread(1, 5, 12, 7, 900, 1, turn, None, ())


def say(act: Act, words: str, turn: Turn) -> Refusal | None:
    claim = Claim.OTHER if act is Act.CLAIM else None
    quantity = Quantity(100) if act is Act.PARTLY else None
    return why_not_said(thread(turn), Statement(act, words, claim, quantity), BILLED)


# the act; whether it needs words; whose turn follows it
ACTS = [
    (Act.CLAIM, True, Turn.PROVIDER),
    (Act.TAKE_BACK, False, Turn.CLOSED),
    (Act.ACCEPT, False, Turn.CLOSED),
    (Act.NOT_ACCEPT, False, Turn.COUNTY),
    (Act.AGREE, False, Turn.CLOSED),
    (Act.PARTLY, False, Turn.CLIENT),
    (Act.STAND, True, Turn.CLIENT),
    (Act.DECIDE, True, Turn.CLOSED),
]


@pytest.mark.parametrize(("act", "needs_words", "turn"), ACTS)
def test_words_and_the_next_turn(act: Act, needs_words: bool, turn: Turn) -> None:
    assert say(act, "  ", TURN_IN_WHICH[act]) == (WORDS_MISSING if needs_words else None)
    assert say(act, "We agreed on it.", TURN_IN_WHICH[act]) is None
    assert turn_after(act) is turn


# the act; the turns in which it is possible
POSSIBLE = [
    (Act.CLAIM, {Turn.CLOSED, Turn.PROVIDER}),
    (Act.TAKE_BACK, {Turn.PROVIDER, Turn.CLIENT, Turn.COUNTY}),
    (Act.ACCEPT, {Turn.CLIENT}),
    (Act.NOT_ACCEPT, {Turn.CLIENT}),
    (Act.AGREE, {Turn.PROVIDER}),
    (Act.PARTLY, {Turn.PROVIDER}),
    (Act.STAND, {Turn.PROVIDER}),
    (Act.DECIDE, {Turn.PROVIDER, Turn.CLIENT, Turn.COUNTY}),
]


@pytest.mark.parametrize(("act", "turns"), POSSIBLE)
@pytest.mark.parametrize("turn", list(Turn))
def test_an_act_is_refused_in_another_turn(act: Act, turns: set[Turn], turn: Turn) -> None:
    closed = THREAD_CLOSED if turn is Turn.CLOSED else NOT_YOUR_TURN
    expected = ALREADY_OPEN if act is Act.CLAIM else closed
    assert say(act, "We agreed on it.", turn) == (None if turn in turns else expected)
