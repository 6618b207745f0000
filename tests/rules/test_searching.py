"""The order of a list, the conditions of a search, and which of them to drop when nothing is found."""

from __future__ import annotations

from datetime import date

import pytest

from foundation.vocabulary.money import Money
from marketplace.rules.ranking import Sort, fitting_sort
from marketplace.rules.relaxing import Relaxation, best_relaxations, conditions_in_use
from marketplace.rules.searching import Search, Wishes
from marketplace.rules.word_forms import MOST_WORDS, words_of


@pytest.mark.parametrize(
    ("requested", "has_funding", "has_place", "sort"),
    [
        (None, True, False, Sort.OWN_SHARE),
        (None, False, False, Sort.PRICE),
        (Sort.DISTANCE, True, True, Sort.DISTANCE),
        (Sort.DISTANCE, True, False, Sort.OWN_SHARE),
        (Sort.OWN_SHARE, False, True, Sort.PRICE),
        (Sort.OWN_SHARE, True, False, Sort.OWN_SHARE),
        (Sort.DISTANCE, False, False, Sort.PRICE),
        (Sort.PRICE, True, True, Sort.PRICE),
        (Sort.SOONEST, False, False, Sort.SOONEST),
    ],
)
def test_the_order_needs_its_facts(
    requested: Sort | None, has_funding: bool, has_place: bool, sort: Sort
) -> None:
    assert fitting_sort(requested, has_funding=has_funding, has_place=has_place) is sort


def test_dropping_helps_only_where_it_gives_something() -> None:
    wishes = Wishes(q="apu", language="sv", access=("lift",))
    assert conditions_in_use(wishes.as_conditions()) == ["q", "language", "access"]
    assert best_relaxations({"q": 0, "language": 2, "access": 5}) == [
        Relaxation("access", 5),
        Relaxation("language", 2),
    ]
    assert best_relaxations({"q": 0}) == []
    assert wishes.without("q", "").q == ""


@pytest.mark.parametrize(
    ("wishes", "names"),
    [
        (Wishes(), []),
        (Wishes(q="", access=()), []),
        (Wishes(remote=True), ["remote"]),
        (Wishes(remote=False), ["remote"]),
        (Wishes(free_within_days=0), ["free_within_days"]),
        (Wishes(max_price=Money(0), service="MEALS"), ["max_price", "service"]),
    ],
)
def test_only_none_and_empty_do_not_matter(wishes: Wishes, names: list[str]) -> None:
    """Free today, free of charge and not remote are conditions of the search, so they can be dropped."""
    assert conditions_in_use(wishes.as_conditions()) == names


def test_at_most_three_conditions_are_offered_and_equal_ones_easiest_first() -> None:
    counts = {"service": 2, "access": 1, "remote": 2, "q": 1}
    assert best_relaxations(counts) == [Relaxation("remote", 2), Relaxation("service", 2), Relaxation("q", 1)]
    assert best_relaxations(counts, most=1) == [Relaxation("remote", 2)]


def test_a_search_with_other_conditions_keeps_the_rest() -> None:
    search = Search(Wishes(q="apu"), date(2026, 11, 21), Sort.PRICE, "weekday", 12, ("MEALS",))
    other = Search(Wishes(), date(2026, 11, 21), Sort.PRICE, "weekday", 12, ("MEALS",))
    assert search.with_wishes(Wishes()) == other


@pytest.mark.parametrize(
    ("q", "words"),
    [
        ("", []),
        ("Koti-apu, Mikkeli!", ["koti", "apu", "mikkeli"]),
        ("apu Apu APU", ["apu"]),
        (" ".join(f"w{number}" for number in range(100)), [f"w{number}" for number in range(MOST_WORDS)]),
    ],
)
def test_a_search_has_few_words_and_each_once(q: str, words: list[str]) -> None:
    assert words_of(q) == words
