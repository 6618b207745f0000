"""The client moves free money between the open fundings of one personal budget, up to a limit."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearing.grants.facts.kinds import FundingState
from clearing.grants.rules.move_preview import move_postings, preview_move
from clearing.grants.rules.moved_amounts import MoveAmounts, MoveWish, amounts_of, most_units
from clearing.grants.rules.moving import MoveRefusalCode, Pot, left_to_move, most_to_move, why_not_moved
from clearing.ledger.rules.postings import Account, Event, Posting
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import NO_UNITS, Money, Quantity
from foundation.vocabulary.refusals import Refusal
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
    refusal = why_not_moved(pots(*in_force), 1, target, MoveWish(Money(cents)), Money(6000), DAY)
    assert (refusal and refusal.code) == fault


def test_a_move_changes_the_grants_and_not_their_sum() -> None:
    source, target = pot(1), pot(2)
    assert move_postings(
        source, replace(target, cost_centre_id=77), MoveAmounts(Money(2500), NO_UNITS, NO_UNITS)
    ) == [
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
            assert why_not_moved(in_force, source, target, MoveWish(most), Money(up_to), DAY) is None
        assert why_not_moved(in_force, source, target, MoveWish(more), Money(up_to), DAY) is not None


@given(
    amount=st.integers(1, 10_000),
    granted=st.tuples(st.integers(10_000, 99_999), st.integers(0, 9_999)),
    moved=st.integers(-5_000, 5_000),
)
def test_the_preview_is_what_the_postings_do(amount: int, granted: tuple[int, int], moved: int) -> None:
    cents, units = Money(granted[0]), Quantity(granted[1])
    in_units = {"granted_cents": cents, "granted_quantity": units, "free_quantity": Quantity(units // 2)}
    in_force = pots(pot(1, moved, **in_units), pot(2, -moved))
    wish = MoveWish(Money(amount))
    preview = preview_move(in_force, 1, 2, wish, Money(10_000))
    amounts = amounts_of(in_force[1].funding, in_force[2].funding, wish)
    out, into = move_postings(in_force[1], in_force[2], amounts)
    assert preview.source.after_cents == preview.source.before_cents - out.amount_cents
    assert preview.source.after_units == units // 2 - out.quantity_hundredths
    assert preview.target.after_cents == preview.target.before_cents + into.amount_cents
    assert (preview.target.before_units, preview.target.after_units) == (None, None)
    afterwards = pots(pot(1, moved + amount), pot(2, -moved - amount))
    assert preview.left_to_move_cents == left_to_move(afterwards, Money(10_000))


def in_hours(number: int, *, cents: int, units: int, free: int, moved_out: int = 0) -> Pot:
    """Return an open funding of so many hundredths of an hour, and the money that is its reserve."""
    free_cents = Money(cents * free // units)
    found = pot(number, moved_out, granted_cents=Money(cents), granted_quantity=Quantity(units))
    return replace(found, funding=replace(found.funding, free_quantity=Quantity(free), free_cents=free_cents))


# 30 hours of 33.33 euros, 20 of them free; the units that are typed; why not. The limit is 500.00
IN_UNITS = [
    (0, MoveRefusalCode.NOT_POSITIVE),
    (-1, MoveRefusalCode.NOT_POSITIVE),
    (1, None),
    (1_500, None),
    (1_501, LIMIT),
    (2_001, MoveRefusalCode.OVER_UNITS),
]


@pytest.mark.parametrize(("units", "fault"), IN_UNITS)
def test_why_units_are_not_moved(units: int, fault: MoveRefusalCode | None) -> None:
    in_force = pots(in_hours(1, cents=99_990, units=3_000, free=2_000), pot(2))
    refusal = why_not_moved(in_force, 1, 2, MoveWish(units=Quantity(units)), Money(50_000), DAY)
    assert (refusal and (refusal.code, refusal.field)) == (fault and (fault, "quantity"))


def test_units_do_not_leave_a_funding_in_euros() -> None:
    refusal = why_not_moved(pots(*BOTH), 1, 2, MoveWish(units=Quantity(100)), Money(6000), DAY)
    assert refusal == Refusal(MoveRefusalCode.NOT_IN_UNITS, "quantity")


def test_units_without_money_are_nothing() -> None:
    """A hundredth of a kilometre at 0.45 euros has no whole cent."""
    in_force = pots(in_hours(1, cents=45_00, units=100_00, free=100_00), pot(2))
    for units, fault in ((2, MoveRefusalCode.NOT_POSITIVE), (3, None)):
        refusal = why_not_moved(in_force, 1, 2, MoveWish(units=Quantity(units)), Money(6000), DAY)
        assert (refusal and refusal.code) == fault


HOURS = st.tuples(st.integers(100, 200_000), st.integers(1, 20_000), st.integers(0, 100))


@given(source=HOURS, target=HOURS, percent=st.integers(1, 100), up_to=st.integers(1, 200_000))
def test_the_units_that_are_typed_are_the_units_that_move(
    source: tuple[int, int, int], target: tuple[int, int, int], percent: int, up_to: int
) -> None:
    """And moving back what was moved leaves both as they were, to the hundredth."""
    cents, granted, free = source
    out = in_hours(1, cents=cents, units=granted, free=granted * free // 100)
    into = in_hours(2, cents=target[0], units=target[1], free=target[1] * target[2] // 100)
    most = most_units(out.funding, most_to_move(pots(out, into), 1, 2, Money(up_to)))
    wish = MoveWish(units=Quantity(most * percent // 100))
    if why_not_moved(pots(out, into), 1, 2, wish, Money(up_to), DAY) is not None:
        assert wish.units == 0 or amounts_of(out.funding, into.funding, wish).cents == 0
        return
    amounts = amounts_of(out.funding, into.funding, wish)
    preview = preview_move(pots(out, into), 1, 2, wish, Money(up_to))
    assert amounts.units_out == wish.units
    assert preview.source.after_units == (preview.source.before_units or 0) - amounts.units_out
    assert preview.target.after_units == (preview.target.before_units or 0) + amounts.units_into
    assert preview.source.after_cents * granted >= (preview.source.after_units or 0) * cents - granted
    moved = pots(_after(out, amounts, -1), _after(into, amounts, 1))
    back = MoveWish(amounts.cents, amounts.units_into, amounts.units_out)
    assert why_not_moved(moved, 2, 1, back, Money(up_to), DAY) is None
    undone = amounts_of(moved[2].funding, moved[1].funding, back)
    assert (undone.cents, undone.units_out, undone.units_into) == (
        amounts.cents, amounts.units_into, amounts.units_out
    )  # fmt: skip


def _after(before: Pot, amounts: MoveAmounts, sign: int) -> Pot:
    units = amounts.units_into if sign > 0 else amounts.units_out
    found, cents = before.funding, sign * amounts.cents
    funding_after = replace(
        found,
        granted_cents=Money(found.granted_cents + cents),
        free_cents=Money(found.free_cents + cents),
        granted_quantity=Quantity(found.granted_quantity + sign * units),
        free_quantity=Quantity((found.free_quantity or 0) + sign * units),
    )
    return replace(before, funding=funding_after, moved_out_cents=before.moved_out_cents - cents)


def test_the_most_units_that_are_shown_are_the_most_that_move() -> None:
    for up_to in (1, 32, 33, 34, 9_999, 50_000, 66_660, 70_000):
        in_force = pots(in_hours(1, cents=99_990, units=3_000, free=2_000), pot(2))
        most = most_units(in_force[1].funding, most_to_move(in_force, 1, 2, Money(up_to)))
        for units, fits in ((most, True), (most + 1, False)):
            refusal = why_not_moved(in_force, 1, 2, MoveWish(units=Quantity(units)), Money(up_to), DAY)
            assert (refusal is None) == (fits and most > 0)
