"""The sums of a voucher on the client's pages: what is booked and free adds up to what is left."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from foundation.vocabulary.money import Money, whole_euros
from marketplace.rules.said_sums import said_sums
from marketplace.rules.total_left import Left, total_left

TODAY = date(2026, 11, 21)
CENTS = st.integers(0, 5_000_000).map(Money)


@given(held=CENTS, free=CENTS)
def test_the_parts_add_up_as_they_are_shown(held: Money, free: Money) -> None:
    said = said_sums(held, free)
    shown = [whole_euros(part) for part in (said.left_cents, said.booked_cents, said.free_cents)]
    assert shown == [said.left_cents, said.booked_cents, said.free_cents]
    assert said.booked_cents + said.free_cents == said.left_cents
    assert said.free_cents <= free
    assert 0 <= held + free - said.left_cents < 100


@given(parts=st.lists(st.tuples(CENTS, CENTS), min_size=1, max_size=5))
def test_the_total_is_the_sum_of_what_the_vouchers_say(parts: list[tuple[Money, Money]]) -> None:
    said = [said_sums(held, free).left_cents for held, free in parts]
    total = total_left(Left(left, None, None, TODAY) for left in said)
    assert total
    assert total.cents == sum(said)


def test_examples() -> None:
    said = said_sums(Money(517_775), Money(621_975))
    assert (said.left_cents, said.booked_cents, said.free_cents) == (1_139_700, 517_800, 621_900)
    small = said_sums(Money(4_025), Money(5_050))
    assert (small.left_cents, small.booked_cents, small.free_cents) == (9_075, 4_025, 5_050)
