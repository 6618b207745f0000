"""Units of a charge: the own choice's hold before free, as for money, and the same way back."""

from __future__ import annotations

from typing import Any

import pytest

from clearing.charges.corrections.rules.counter_entries import Entry, units_given_to_hold
from clearing.charges.facts.outcomes import Accepted
from clearing.charges.rules.withdrawal import Drawn, withdrawal_postings
from clearing.ledger.rules.postings import Account
from foundation.vocabulary.money import Money, Quantity
from tests.rules.facts_builder import (
    CHOICE,
    OTHER_PROVIDER,
    book,
    choice,
    decide,
    decide_one,
    funding,
    sent,
    verdict,
    verdicts,
)

OK, OVER = "accepted", "refused: over_quantity"


def with_units(free: int, held: int, others: int = 0) -> Any:
    """Return a voucher with so many units free, held by the provider's own choice, and by another's."""
    choices = (
        choice(held_quantity=Quantity(held)),
        choice(id=CHOICE + 1, provider_id=OTHER_PROVIDER, held_quantity=Quantity(others)),
    )
    return funding(quantity_limit=Quantity(1_000), free_quantity=Quantity(free), choices=choices)


# free, held by the own choice, by another; the charge takes 200
LEFT = [
    (200, 0, 0, OK),
    (199, 0, 0, OVER),
    (0, 200, 0, OK),
    (0, 199, 0, OVER),
    (100, 100, 0, OK),
    (100, 99, 0, OVER),
    (199, 0, 200, OVER),
]


@pytest.mark.parametrize(("free", "held", "others", "expected"), LEFT)
def test_a_charge_may_take_what_is_free_and_what_its_choice_holds(
    free: int, held: int, others: int, expected: str
) -> None:
    assert verdict(decide_one(book(with_units(free, held, others)))) == expected


DRAWS = [
    (1_000, 0, (0, 200)),
    (1_000, 150, (150, 50)),
    (1_000, 200, (200, 0)),
    (1_000, 900, (200, 0)),
    (50, 150, (150, 50)),
]


@pytest.mark.parametrize(("free", "held", "drawn"), DRAWS)
def test_the_own_hold_is_drawn_before_free_units(free: int, held: int, drawn: tuple[int, int]) -> None:
    outcome = decide_one(book(with_units(free, held)))
    assert isinstance(outcome, Accepted)
    assert (outcome.from_held_quantity, outcome.from_free_quantity) == drawn


@pytest.mark.parametrize(("free", "held"), [(599, 0), (0, 599), (300, 299)])
def test_units_are_spent_once(free: int, held: int) -> None:
    charges = [sent(reference=f"R-{n}", service_day=f"2026-11-{n:02d}") for n in (2, 3, 4)]
    assert verdicts(decide(book(with_units(free, held)), *charges)) == [OK, OK, OVER]


# what was drawn (units, of them from the hold), what comes back, whether the choice lives; held again
HELD_AGAIN = [
    ([(200, 200)], 200, True, 200),
    ([(200, 200)], 200, False, 0),
    ([(200, 150)], 200, True, 150),
    ([(200, 150)], 50, True, 0),
    ([(200, 150)], 51, True, 1),
    ([(200, 0)], 200, True, 0),
    ([(200, 150), (-50, 0)], 150, True, 150),
]


@pytest.mark.parametrize(("drawn", "quantity", "lives", "held"), HELD_AGAIN)
def test_the_units_drawn_from_the_hold_are_returned_last(
    drawn: list[tuple[int, int]], quantity: int, lives: bool, held: int
) -> None:
    entries = [
        Entry(n, None, 0, 0, units, 0, drawn_quantity=units, from_held_quantity=from_held)
        for n, (units, from_held) in enumerate(drawn)
    ]
    assert units_given_to_hold(entries, quantity, lives) == held


FREE, HELD = Account.FREE, Account.HELD
# drawn from the hold, in all, whether the choice lives; to which accounts
WITHDRAWALS = [
    (0, 200, True, [(FREE, 200)]),
    (150, 200, True, [(HELD, 150), (FREE, 50)]),
    (200, 200, True, [(HELD, 200)]),
    (150, 200, False, [(FREE, 200)]),
    (200, 200, False, [(FREE, 200)]),
    (0, 0, True, []),
]


@pytest.mark.parametrize(("from_held", "drawn", "lives", "moves"), WITHDRAWALS)
def test_a_withdrawn_charge_returns_its_units(
    from_held: int, drawn: int, lives: bool, moves: list[tuple[Account, int]]
) -> None:
    units = {"drawn_quantity": Quantity(drawn), "from_held_quantity": Quantity(from_held)}
    postings = withdrawal_postings(Drawn(5, 12, 900, 1, 700, Money(0), Money(0), lives, **units))
    assert [(posting.to_account, posting.quantity_hundredths) for posting in postings] == moves
