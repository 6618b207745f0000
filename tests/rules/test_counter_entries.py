"""What a correction may take of a charge, of its corrections, and of theirs (R-31); where the money goes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clearing.charges.corrections.rules.correction_money import Movement, correction_postings
from clearing.charges.corrections.rules.counter_entries import (
    Entry,
    Share,
    correction_of,
    given_to_hold,
    lineage,
    what_is_left,
)
from clearing.charges.rules.withdrawal import Drawn, withdrawal_postings
from clearing.ledger.rules.postings import Account, Event, Posting
from clearing.reasons import Finding
from foundation.vocabulary.money import Money


def entry(number: int, corrects: int | None, county: int, client: int, units: int, held: int = 0) -> Entry:
    """Return a charge or a correction by its shares."""
    return Entry(number, corrects, county + client, county, units, held)


CHARGE = entry(1, None, 7200, 800, 200)
HALF_BACK = entry(2, 1, -3600, -400, -100)
HALF_OF_THAT_AGAIN = entry(3, 2, 1800, 200, 50)
QUARTER_OF_THAT_BACK = entry(4, 3, -450, -50, -12)
ALL = [CHARGE, HALF_BACK, HALF_OF_THAT_AGAIN, QUARTER_OF_THAT_BACK]
WHOLE = [CHARGE, entry(2, 1, -7200, -800, -200)]

# a row, and those up to its charge
LINEAGES = [(1, [1]), (2, [2, 1]), (3, [3, 2, 1]), (4, [4, 3, 2, 1])]


@pytest.mark.parametrize(("target", "rows"), LINEAGES)
def test_a_correction_belongs_to_its_charge(target: int, rows: list[int]) -> None:
    assert lineage(ALL, target) == rows


# the rows, the row to correct, and the rest of it: the county's share, the client's, units
LEFT: list[tuple[list[Entry], int, tuple[int, int, int]]] = [
    ([CHARGE], 1, (7200, 800, 200)),
    (ALL[:2], 1, (3600, 400, 100)),
    (ALL[:2], 2, (3600, 400, 100)),
    (ALL[:3], 1, (5400, 600, 150)),
    (ALL[:3], 2, (1800, 200, 50)),
    (ALL[:3], 3, (1800, 200, 50)),
    (ALL, 1, (4950, 550, 138)),
    (ALL, 2, (2250, 250, 62)),
    (ALL, 3, (1350, 150, 38)),
    (ALL, 4, (450, 50, 12)),
    (WHOLE, 1, (0, 0, 0)),
    (WHOLE, 2, (7200, 800, 200)),
    # the charge has lost more since the correction was corrected: no more comes off the counter-entry
    ([*ALL[:3], entry(5, 1, -5000, -550, -140)], 3, (400, 50, 10)),
]


@pytest.mark.parametrize(("entries", "target", "left"), LEFT)
def test_what_is_left_of_a_row(entries: list[Entry], target: int, left: tuple[int, int, int]) -> None:
    assert what_is_left(entries, target) == Share(*left)
    assert what_is_left(entries, target).price_cents == left[0] + left[1]


OVER, NONE_LEFT = ("correction_over_original", 8000), ("correction_over_original", 0)
ZERO = ("amount_not_positive", None)
# the rows, the target, the requested units and cents; the share taken, or the code and the rest
CORRECTIONS: list[tuple[list[Entry], int, int | None, int | None, tuple[int, int, int] | Any]] = [
    ([CHARGE], 1, None, None, (-7200, -800, -200)),
    ([CHARGE], 1, 100, None, (-3600, -400, -100)),
    ([CHARGE], 1, 1, None, (-36, -4, -1)),
    ([CHARGE], 1, 200, None, (-7200, -800, -200)),
    ([CHARGE], 1, 201, None, OVER),
    ([CHARGE], 1, None, 4000, (-3600, -400, 0)),
    ([CHARGE], 1, None, 8000, (-7200, -800, 0)),
    ([CHARGE], 1, None, 8001, OVER),
    ([CHARGE], 1, 50, 4000, (-3600, -400, -50)),
    ([CHARGE], 1, 200, 1, (-1, 0, -200)),
    ([CHARGE], 1, 201, 1, OVER),
    ([CHARGE], 1, 0, None, ZERO),
    ([CHARGE], 1, -1, None, ZERO),
    ([CHARGE], 1, None, 0, ZERO),
    ([CHARGE], 1, None, -1, ZERO),
    ([CHARGE], 1, 0, 4000, ZERO),
    ([CHARGE], 1, 100, 0, ZERO),
    (ALL[:2], 2, None, None, (3600, 400, 100)),
    (ALL[:2], 2, 50, None, (1800, 200, 50)),
    (ALL[:2], 1, None, None, (-3600, -400, -100)),
    (ALL[:3], 3, 50, None, (-1800, -200, -50)),
    (ALL, 4, None, None, (450, 50, 12)),
    (WHOLE, 1, None, None, NONE_LEFT),
    (WHOLE, 1, None, 1, NONE_LEFT),
    (WHOLE, 2, None, 1, (1, 0, 0)),
    # money alone was taken: the units are left, and cost nothing any more
    ([CHARGE, entry(2, 1, -7200, -800, 0)], 1, None, None, (0, 0, -200)),
    ([CHARGE, entry(2, 1, -7200, -800, 0)], 1, 100, None, (0, 0, -100)),
    # units alone are gone: the money is left
    ([CHARGE, entry(2, 1, -1, 0, -200)], 1, None, None, (-7199, -800, 0)),
    # a third of 10.00 half up, and the last cent with the last unit
    ([entry(1, None, 900, 100, 300)], 1, 100, None, (-300, -33, -100)),
    ([entry(1, None, 900, 100, 300), entry(2, 1, -600, -67, -200)], 1, 100, None, (-300, -33, -100)),
]


@pytest.mark.parametrize(("entries", "target", "units", "cents", "taken"), CORRECTIONS)
def test_a_correction(entries: list[Entry], target: int, units: Any, cents: Any, taken: Any) -> None:
    found = correction_of(entries, target, units, cents)
    if isinstance(found, Finding):
        assert (found.code, found.values.get("left_cents")) == taken
    else:
        assert (found.county_cents, found.client_cents, found.quantity) == taken


@settings(max_examples=50)
@given(st.lists(st.integers(0, 8 * 60 - 1), max_size=8))
def test_no_row_keeps_less_than_zero_or_more_than_its_amount(steps: list[int]) -> None:
    entries = [CHARGE]
    for step in steps:
        place, percent = step // 60, 1 + step % 60
        target = entries[place % len(entries)].id
        left = what_is_left(entries, target)
        found = correction_of(entries, target, None, Money(max(1, left.price_cents * percent // 100)))
        if isinstance(found, Share):
            number = len(entries) + 1
            entries.append(entry(number, target, found.county_cents, found.client_cents, found.quantity))
    kept = what_is_left(entries, 1)
    assert 0 <= kept.county_cents <= 7200
    assert 0 <= kept.client_cents <= 800
    assert sum(entry.price_cents for entry in entries) == kept.price_cents


# what was drawn (county's share, from the hold), what comes back, whether the choice lives; held again
HELD_AGAIN = [
    ([(7200, 7200)], 7200, True, 7200),
    ([(7200, 7200)], 7200, False, 0),
    ([(7200, 5000)], 7200, True, 5000),
    ([(7200, 5000)], 2200, True, 0),
    ([(7200, 5000)], 2201, True, 1),
    ([(7200, 0)], 7200, True, 0),
    ([(7200, 5000), (-2200, 0)], 5000, True, 5000),
    ([(7200, 5000), (-3000, -800)], 4200, True, 4200),
    ([(7200, 5000), (-1000, 0)], 1200, True, 0),
]


@pytest.mark.parametrize(("drawn", "county_cents", "lives", "held"), HELD_AGAIN)
def test_the_money_drawn_from_the_hold_is_returned_last(
    drawn: list[tuple[int, int]], county_cents: int, lives: bool, held: int
) -> None:
    entries = [Entry(n, None, county, county, 0, from_held) for n, (county, from_held) in enumerate(drawn)]
    assert given_to_hold(entries, county_cents, lives) == held


FREE, HELD, CHARGED, PAYABLE = Account.FREE, Account.HELD, Account.CHARGED, Account.PAYABLE
Moves = list[tuple[Account, Account, int]]
# the county's cents, of them by the hold, after settlement; the postings
MOVEMENTS: list[tuple[int, int, bool, Moves]] = [
    (-7200, 0, False, [(CHARGED, FREE, 7200)]),
    (-7200, -5000, False, [(CHARGED, HELD, 5000), (CHARGED, FREE, 2200)]),
    (-7200, -7200, False, [(CHARGED, HELD, 7200)]),
    (-1, 0, True, [(PAYABLE, FREE, 1)]),
    (-7200, -7199, True, [(PAYABLE, HELD, 7199), (PAYABLE, FREE, 1)]),
    (7200, 5000, False, [(HELD, CHARGED, 5000), (FREE, CHARGED, 2200)]),
    (1, 0, True, [(FREE, PAYABLE, 1)]),
    (0, 0, False, []),
]


@pytest.mark.parametrize(("county", "held", "settled", "moves"), MOVEMENTS)
def test_a_correction_is_a_posting_of_its_own(county: int, held: int, settled: bool, moves: Moves) -> None:
    postings = correction_postings(Movement(5, 12, 900, 1, 700, county, held, settled))
    assert postings == [
        Posting(
            12,
            Event.CORRECT,
            source,
            target,
            Money(cents),
            funding_id=900,
            choice_id=700,
            charge_id=5,
            provider_id=1,
        )
        for source, target, cents in moves
    ]


# drawn from the hold, in all, whether the choice lives; the postings
WITHDRAWALS: list[tuple[int, int, bool, Moves]] = [
    (0, 7200, True, [(CHARGED, FREE, 7200)]),
    (5000, 7200, True, [(CHARGED, HELD, 5000), (CHARGED, FREE, 2200)]),
    (7199, 7200, True, [(CHARGED, HELD, 7199), (CHARGED, FREE, 1)]),
    (1, 7200, True, [(CHARGED, HELD, 1), (CHARGED, FREE, 7199)]),
    (7200, 7200, True, [(CHARGED, HELD, 7200)]),
    (5000, 7200, False, [(CHARGED, FREE, 7200)]),
    (0, 0, True, []),
]


@pytest.mark.parametrize(("from_held", "county", "lives", "moves"), WITHDRAWALS)
def test_a_withdrawn_charge_gives_its_money_back(
    from_held: int, county: int, lives: bool, moves: Moves
) -> None:
    postings = withdrawal_postings(Drawn(5, 12, 900, 1, 700, Money(from_held), Money(county), lives))
    assert postings == [
        Posting(
            12,
            Event.WITHDRAW,
            source,
            target,
            Money(cents),
            funding_id=900,
            choice_id=700,
            charge_id=5,
            provider_id=1,
        )
        for source, target, cents in moves
    ]
