"""The movements of a funding: their order, and what is left after each."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity
from marketplace.rules.movements import (
    Change,
    MovementKind,
    Used,
    Visit,
    last_until,
    movements_of,
    used_in,
    within,
)

FIRST = date(2026, 1, 1)
KINDS = MovementKind


def a_change(kind: MovementKind, day: int, cents: int, units: int = 0) -> Change:
    return Change(kind, FIRST + timedelta(days=day), Money(cents), Quantity(units))


def a_visit(day: int, cents: int, own: int = 0, units: int = 100, *, key: int = 1) -> Change:
    kind = KINDS.VISIT if cents >= 0 else KINDS.CORRECTED
    visit = Visit(key, "Kotiapu Oy", "HOME_CARE", Quantity(units), "hour", Money(cents), Money(own))
    return Change(kind, FIRST + timedelta(days=day), Money(-cents), Quantity(-units), visit)


def test_each_line_says_what_was_left_after_it() -> None:
    changes = [a_visit(5, 3_000, key=2), a_change(KINDS.GRANTED, 0, 10_000), a_visit(3, 2_000)]
    found = movements_of(changes, in_units=False)
    assert [(each.change.day.day, each.left_cents) for each in found] == [(1, 10_000), (4, 8_000), (6, 5_000)]
    assert {each.left_units for each in found} == {None}


def test_a_grant_comes_before_a_visit_of_the_same_day() -> None:
    found = movements_of([a_visit(0, 3_000), a_change(KINDS.GRANTED, 0, 10_000, 500)], in_units=True)
    assert [each.left_cents for each in found] == [10_000, 7_000]
    assert [each.left_units for each in found] == [500, 400]


def test_a_correction_gives_back_money_and_units() -> None:
    given = a_change(KINDS.GRANTED, 0, 0, 500)
    found = movements_of([given, a_visit(1, 3_000), a_visit(2, -1_000, units=-50, key=2)], in_units=True)
    assert (found[-1].left_cents, found[-1].left_units) == (-2_000, 450)
    assert used_in(found) == Used(1, Money(2_000), Money(0), Quantity(50))


def test_units_that_are_moved_count_and_units_alone_are_no_line() -> None:
    """A book of before has a grant in money, and one in units alone (docs/decisions/0151)."""
    changes = [a_change(KINDS.GRANTED, 0, 10_000), a_change(KINDS.GRANTED, 0, 0, 500)]
    found = movements_of([*changes, a_change(KINDS.MOVED_OUT, 4, -2_000, -100)], in_units=True)
    assert [(each.left_cents, each.left_units) for each in found] == [(10_000, 500), (8_000, 400)]


def test_a_month_and_its_end() -> None:
    found = movements_of([a_visit(1, 100), a_visit(31, 200, key=2), a_visit(60, 400, key=3)], in_units=False)
    february = DateWindow(date(2026, 2, 1), date(2026, 2, 28))
    assert [each.change.cents for each in within(found, february)] == [-200]
    assert last_until(found, february.last) == found[1]
    assert last_until(found, date(2025, 12, 31)) is None


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(-5_000, 5_000)), max_size=20))
def test_the_last_line_leaves_the_sum_of_all(changes: list[tuple[int, int]]) -> None:
    found = movements_of([a_visit(day, cents) for day, cents in changes], in_units=False)
    assert len(found) == len(changes)
    assert (found[-1].left_cents if found else 0) == -sum(cents for _day, cents in changes)
