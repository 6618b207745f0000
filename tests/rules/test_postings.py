"""Each posting of the rulebook's table, and what it does to a funding's balance and to a choice's hold."""

from dataclasses import asdict
from typing import Any

import pytest

from clearing.ledger.rules.hold_changes import hold_changes
from clearing.ledger.rules.postings import Account, BalanceChange, Event, Posting, balance_changes
from foundation.vocabulary.money import Money, Quantity

APPROPRIATION, FREE, HELD, CHARGED = Account.APPROPRIATION, Account.FREE, Account.HELD, Account.CHARGED
PAYABLE, TRANSIT, BANK = Account.PAYABLE, Account.TRANSIT, Account.BANK


def posting(event: Event, source: Account, target: Account, cents: int = 100, **rest: int) -> Posting:
    """Return a posting of funding 900, on choice 700."""
    owners: dict[str, Any] = {"funding_id": 900, "choice_id": 700} | rest
    return Posting(12, event, source, target, Money(cents), **owners)


# event, from, to; what changes of granted = free + held + charged + settled + returned
MOVES: list[tuple[Event, Account, Account, dict[str, int]]] = [
    (Event.GRANT, APPROPRIATION, FREE, {"granted": 100, "free": 100}),
    (Event.TOP_UP, APPROPRIATION, FREE, {"granted": 100, "free": 100}),
    (Event.REDUCE, FREE, APPROPRIATION, {"granted": -100, "free": -100}),
    (Event.MOVE, FREE, APPROPRIATION, {"granted": -100, "free": -100}),
    (Event.MOVE, APPROPRIATION, FREE, {"granted": 100, "free": 100}),
    (Event.HOLD, FREE, HELD, {"free": -100, "held": 100}),
    (Event.RELEASE, HELD, FREE, {"held": -100, "free": 100}),
    (Event.CHARGE, HELD, CHARGED, {"held": -100, "charged": 100}),
    (Event.CHARGE, FREE, CHARGED, {"free": -100, "charged": 100}),
    (Event.WITHDRAW, CHARGED, FREE, {"charged": -100, "free": 100}),
    (Event.WITHDRAW, CHARGED, HELD, {"charged": -100, "held": 100}),
    (Event.SETTLE, CHARGED, PAYABLE, {"charged": -100, "settled": 100}),
    (Event.CORRECT, PAYABLE, FREE, {"settled": -100, "free": 100}),
    (Event.CORRECT, PAYABLE, HELD, {"settled": -100, "held": 100}),
    (Event.CORRECT, FREE, PAYABLE, {"free": -100, "settled": 100}),
    (Event.EXPIRE, FREE, APPROPRIATION, {"free": -100, "returned": 100}),
]


@pytest.mark.parametrize(("event", "source", "target", "changes"), MOVES)
def test_what_a_posting_does_to_a_balance(
    event: Event, source: Account, target: Account, changes: dict[str, int]
) -> None:
    (change,) = balance_changes([posting(event, source, target)]).values()
    assert {name.removesuffix("_cents"): cents for name, cents in asdict(change).items() if cents} == changes
    assert change.granted_cents == sum(asdict(change).values()) - change.granted_cents


# event, from, to; what changes of the choice's hold
HOLDS = [
    (Event.HOLD, FREE, HELD, {700: (100, 0)}),
    (Event.RELEASE, HELD, FREE, {700: (-100, 0)}),
    (Event.CHARGE, HELD, CHARGED, {700: (-100, 0)}),
    (Event.WITHDRAW, CHARGED, HELD, {700: (100, 0)}),
    (Event.CORRECT, PAYABLE, HELD, {700: (100, 0)}),
    (Event.CHARGE, FREE, CHARGED, {}),
    (Event.SETTLE, CHARGED, PAYABLE, {}),
]


@pytest.mark.parametrize(("event", "source", "target", "changes"), HOLDS)
def test_what_a_posting_does_to_a_hold(
    event: Event, source: Account, target: Account, changes: dict[int, tuple[int, int]]
) -> None:
    assert hold_changes([posting(event, source, target)]) == changes


def test_postings_add_up_by_funding_and_by_choice() -> None:
    payout = Posting(12, Event.PAY, PAYABLE, TRANSIT, Money(1), provider_id=1)
    confirmed = Posting(12, Event.CONFIRM, TRANSIT, BANK, Money(1), provider_id=1)
    postings = [
        payout,
        posting(Event.GRANT, APPROPRIATION, FREE, 900, choice_id=701),
        posting(Event.TOP_UP, APPROPRIATION, FREE, 100),
        posting(Event.GRANT, APPROPRIATION, FREE, 50, funding_id=901),
        confirmed,
        posting(Event.HOLD, FREE, HELD, 250),
        posting(Event.HOLD, FREE, HELD, 50),
        posting(Event.HOLD, FREE, HELD, 20, choice_id=701),
        posting(Event.CHARGE, HELD, CHARGED, 100),
        posting(Event.CHARGE, FREE, CHARGED, 7),
        posting(Event.SETTLE, CHARGED, PAYABLE, 39),
        posting(Event.SETTLE, CHARGED, PAYABLE, 1),
        posting(Event.CORRECT, PAYABLE, FREE, 7),
        posting(Event.CORRECT, PAYABLE, FREE, 3),
        posting(Event.EXPIRE, FREE, APPROPRIATION, 2),
        posting(Event.EXPIRE, FREE, APPROPRIATION, 1),
        posting(Event.REDUCE, FREE, APPROPRIATION, 2),
    ]
    assert balance_changes(postings) == {
        900: BalanceChange(998, 678, 220, 67, 30, 3),
        901: BalanceChange(50, 50),
    }
    assert hold_changes(postings) == {700: (200, 0), 701: (20, 0)}


@pytest.mark.parametrize(("event", "source", "target", "changes"), MOVES)
def test_units_do_to_a_balance_what_money_does(
    event: Event, source: Account, target: Account, changes: dict[str, int]
) -> None:
    units = posting(event, source, target, cents=0)._replace(quantity_hundredths=Quantity(100))
    (change,) = balance_changes([units]).values()
    found = {name.removesuffix("_hundredths"): value for name, value in asdict(change).items() if value}
    assert found == changes


def test_a_hold_has_money_and_units() -> None:
    hold = posting(Event.HOLD, FREE, HELD, 300)._replace(quantity_hundredths=Quantity(200))
    charge = posting(Event.CHARGE, HELD, CHARGED, 0)._replace(quantity_hundredths=Quantity(50))
    assert hold_changes([hold, charge]) == {700: (300, 150)}
    assert balance_changes([hold, charge])[900] == BalanceChange(
        0, -300, 300, 0, 0, 0, free_hundredths=-200, held_hundredths=150, charged_hundredths=50
    )


def test_what_is_held_by_no_choice_changes_none() -> None:
    nobody = Posting(12, Event.RELEASE, HELD, FREE, Money(5), funding_id=900)
    assert hold_changes([nobody, posting(Event.HOLD, FREE, HELD)]) == {700: (100, 0)}
