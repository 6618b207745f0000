"""The client moves free money between the open fundings of one personal budget, up to a limit."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.grants.facts.kinds import FundingState
from clearing.grants.rules.moving import (
    MoveRefusalCode,
    Pot,
    left_to_move,
    most_to_move,
    move_postings,
    preview_move,
    why_not_moved,
)
from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity
from tests.rules.facts_builder import funding

DAY = date(2026, 6, 1)


def pot(number: int, moved_out: int = 0, budget: int | None = 5, **changes: Any) -> Pot:
    """Return an open funding with 100.00 free, in budget 5."""
    held = funding(id=number, free_cents=Money(10_000), **changes)
    return Pot(held, budget, 40 + number, moved_out)


def pots(*items: Pot) -> dict[int, Pot]:
    return {pot.funding.id: pot for pot in items}


# moved out of each funding less in, the limit, what may still be moved
LEFT = [
    ((0, 0), 5000, 5000),
    ((2000, -2000), 5000, 3000),
    ((5000, -5000), 5000, 0),
    ((2000, 1000, -3000), 5000, 2000),
    ((6000, -6000), 5000, 0),
]


@pytest.mark.parametrize(("moved", "up_to", "left"), LEFT)
def test_what_may_still_be_moved(moved: tuple[int, ...], up_to: int, left: int) -> None:
    in_force = pots(*(pot(number, out) for number, out in enumerate(moved)))
    assert left_to_move(in_force, Money(up_to)) == left


PAUSED = ((date(2025, 12, 1), FundingState.OPEN), (DAY, FundingState.PAUSED))
OPENED = ((date(2025, 12, 1), FundingState.PAUSED), (DAY, FundingState.OPEN))
TO_DAY, FROM_DAY = DateWindow(date(2026, 1, 1), DAY), DateWindow(DAY, date(2026, 12, 31))
BEFORE, AFTER = (
    DateWindow(date(2026, 1, 1), date(2026, 5, 31)),
    DateWindow(date(2026, 6, 2), date(2026, 12, 31)),
)
NOT_OPEN, FREE, LIMIT = MoveRefusalCode.NOT_OPEN, MoveRefusalCode.OVER_FREE, MoveRefusalCode.OVER_LIMIT
BOTH = (pot(1), pot(2))
# the fundings of the budget; from 1 to which, how much; why not. The limit is 60.00
MOVES: list[tuple[tuple[Pot, ...], int, int, MoveRefusalCode | None]] = [
    (BOTH, 2, 1, None),
    (BOTH, 2, 6000, None),
    (BOTH, 2, 6001, LIMIT),
    (BOTH, 2, 0, MoveRefusalCode.NOT_POSITIVE),
    (BOTH, 2, -1, MoveRefusalCode.NOT_POSITIVE),
    (BOTH, 1, 1, MoveRefusalCode.SAME_FUNDING),
    (BOTH, 3, 1, MoveRefusalCode.NOT_ONE_BUDGET),
    ((pot(1, budget=None), pot(2)), 2, 1, MoveRefusalCode.NOT_ONE_BUDGET),
    ((pot(1, states=PAUSED), pot(2)), 2, 1, NOT_OPEN),
    ((pot(1), pot(2, states=PAUSED)), 2, 1, NOT_OPEN),
    ((pot(1, states=OPENED), pot(2, states=OPENED)), 2, 1, None),
    ((pot(1, window=TO_DAY), pot(2, window=FROM_DAY)), 2, 1, None),
    ((pot(1, window=BEFORE), pot(2)), 2, 1, NOT_OPEN),
    ((pot(1), pot(2, window=AFTER)), 2, 1, NOT_OPEN),
    ((pot(1, moved_out=-20_000), pot(2, moved_out=20_000)), 2, 10_000, LIMIT),
    ((pot(1, moved_out=-6000), pot(2, moved_out=6000)), 2, 10_000, None),
    ((pot(1, moved_out=-6000), pot(2, moved_out=6000)), 2, 10_001, FREE),
    ((pot(1, moved_out=2000), pot(2, moved_out=-2000)), 2, 4000, None),
    ((pot(1, moved_out=2000), pot(2, moved_out=-2000)), 2, 4001, LIMIT),
    ((pot(1, moved_out=-2000), pot(2, moved_out=2000)), 2, 8000, None),
    ((pot(1, moved_out=-2000), pot(2, moved_out=2000)), 2, 8001, LIMIT),
    ((pot(1), pot(2), pot(3, moved_out=2000), pot(4, moved_out=-2000)), 2, 4000, None),
    ((pot(1), pot(2), pot(3, moved_out=2000), pot(4, moved_out=-2000)), 2, 4001, LIMIT),
]


@pytest.mark.parametrize(("in_force", "target", "cents", "fault"), MOVES)
def test_why_money_is_not_moved(
    in_force: tuple[Pot, ...], target: int, cents: int, fault: MoveRefusalCode | None
) -> None:
    refusal = why_not_moved(pots(*in_force), 1, target, Money(cents), Money(6000), DAY)
    assert (refusal and refusal.code) == fault


def test_a_move_changes_the_grants_and_not_their_sum() -> None:
    source, target = pot(1), pot(2)
    assert move_postings(source, replace(target, cost_centre_id=77), Money(2500)) == [
        Posting(12, Event.MOVE, Account.FREE, Account.APPROPRIATION, Money(2500), 41, 1),
        Posting(12, Event.MOVE, Account.APPROPRIATION, Account.FREE, Money(2500), 77, 2),
    ]


@pytest.mark.parametrize("up_to", [0, 1, 2500, 5000, 9_999, 10_000, 40_000])
@pytest.mark.parametrize("moved", [(0, 0), (2000, -2000), (-2000, 2000), (5000, -5000), (2000, 1000, -3000)])
def test_the_most_that_is_shown_is_the_most_that_moves(moved: tuple[int, ...], up_to: int) -> None:
    in_force = pots(*(pot(number, out) for number, out in enumerate(moved)))
    for source, target in ((0, 1), (1, 0)):
        most = most_to_move(in_force, source, target, Money(up_to))
        more = Money(most + 1)
        if most:
            assert why_not_moved(in_force, source, target, most, Money(up_to), DAY) is None
        assert why_not_moved(in_force, source, target, more, Money(up_to), DAY) is not None


@given(
    amount=st.integers(1, 10_000),
    granted=st.tuples(st.integers(10_000, 99_999), st.integers(0, 9_999)),
    moved=st.integers(-5_000, 5_000),
)
def test_the_preview_is_what_the_postings_do(amount: int, granted: tuple[int, int], moved: int) -> None:
    cents, units = Money(granted[0]), Quantity(granted[1])
    in_units = {"granted_cents": cents, "granted_quantity": units, "free_quantity": Quantity(units // 2)}
    in_force = pots(pot(1, moved, **in_units), pot(2, -moved))
    preview = preview_move(in_force, 1, 2, Money(amount), Money(10_000))
    out, into = move_postings(in_force[1], in_force[2], Money(amount))
    assert preview.source.after_cents == preview.source.before_cents - out.amount_cents
    assert preview.source.after_units == units // 2 - out.quantity_hundredths
    assert preview.target.after_cents == preview.target.before_cents + into.amount_cents
    assert (preview.target.before_units, preview.target.after_units) == (None, None)
    afterwards = pots(pot(1, moved + amount), pot(2, -moved - amount))
    assert preview.left_to_move_cents == left_to_move(afterwards, Money(10_000))
