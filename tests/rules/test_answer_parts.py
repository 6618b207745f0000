"""The parts of an answer to a charge that was decided now."""

from __future__ import annotations

import pytest

from clearing.charges.facts.outcomes import Accepted, Duplicate, OnHold, Outcome, Refused, Split
from clearing.charges.reading.fields import read_charge
from clearing.charges.rules.answer_parts import holds_after, parts_of
from clearing.reasons import TOO_LATE, report
from foundation.vocabulary.money import Money
from tests.rules.facts_builder import CHOICE, FUNDING, OFFERING, book, choice, funding, sent

CHARGE = read_charge(sent())[0]
FINDINGS = (report(TOO_LATE),)
SPLIT = Split(Money(8000), Money(7200), Money(800), Money(0), 0)
ACCEPTED = Accepted(FINDINGS, SPLIT, FUNDING, CHOICE, OFFERING, Money(5000), Money(2200))
ON_HOLD = OnHold(FINDINGS, Money(8000), SPLIT, FUNDING, CHOICE, OFFERING)
HOLDS = {CHOICE: Money(1500), 1: Money(99)}


@pytest.mark.parametrize(
    ("outcome", "parts"),
    [
        (ACCEPTED, ("accepted", FINDINGS, 8000, 7200, 800, 1500)),
        (ACCEPTED._replace(choice_id=None), ("accepted", FINDINGS, 8000, 7200, 800, None)),
        (ON_HOLD, ("on_hold", FINDINGS, 8000, 7200, 800, 1500)),
        (ON_HOLD._replace(split=None), ("on_hold", FINDINGS, 8000, None, None, 1500)),
        (ON_HOLD._replace(choice_id=None), ("on_hold", FINDINGS, 8000, 7200, 800, None)),
        (Refused(FINDINGS, Money(8000), FUNDING), ("refused", FINDINGS, 8000, None, None, None)),
        (Refused(FINDINGS, None, None), ("refused", FINDINGS, None, None, None, None)),
    ],
)
def test_the_parts_of_an_answer(outcome: Accepted | OnHold | Refused, parts: tuple[object, ...]) -> None:
    """Without a choice nothing is held; a refused charge shows its price and null for the rest."""
    assert parts_of(CHARGE, outcome, 42, HOLDS) == (42, "R-1", *parts)
    assert parts_of(CHARGE, outcome, None, HOLDS) == (None, "R-1", *parts)


@pytest.mark.parametrize(
    ("outcomes", "held"),
    [
        ([], 9000),
        ([ACCEPTED], 4000),
        ([ACCEPTED, ACCEPTED._replace(from_held_cents=Money(1000))], 3000),
        ([ACCEPTED._replace(choice_id=None)], 9000),
        ([ON_HOLD, Refused((), None, None), Duplicate(7, None), ACCEPTED], 4000),
    ],
)
def test_what_a_choice_still_holds(outcomes: list[Outcome], held: int) -> None:
    """Only an accepted charge draws from the hold of its choice; a charge on hold moves no money."""
    other = choice(id=CHOICE + 1, held_cents=Money(600))
    facts = book(funding(choices=(choice(held_cents=Money(9000)), other)))
    assert holds_after(facts, outcomes) == {CHOICE: held, CHOICE + 1: 600}
