"""A dry run of a long file keeps the answers that are shown, and counts the others."""

from __future__ import annotations

import random

import pytest

from clearing.charges.facts.answers import ChargeAnswer
from provider_portal.actions.check_file import KeptAnswers

OUTCOMES = ("accepted", "refused", "on_hold")


def an_answer(place: int, outcome: str, *, duplicate: bool = False) -> ChargeAnswer:
    return ChargeAnswer(None, f"R{place}", outcome, (), None, None, None, None, duplicate)


def slices(answers: list[ChargeAnswer], size: int, seed: int) -> list[list[int]]:
    """Return the places in slices that take any order, as groups of charges do."""
    places = list(range(len(answers)))
    random.Random(seed).shuffle(places)
    return [places[first : first + size] for first in range(0, len(places), size)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("to_check_only", [False, True])
def test_the_first_answers_are_kept_whatever_the_order_of_the_slices(seed: int, to_check_only: bool) -> None:
    chance = random.Random(seed)
    answers = [an_answer(place, chance.choice(OUTCOMES)) for place in range(chance.randint(0, 90))]
    kept = KeptAnswers(7, to_check_only)
    for places in slices(answers, 11, seed):
        kept.keep(places, [answers[place] for place in places])
    wanted = [at for at, answer in enumerate(answers) if not (to_check_only and answer.outcome == "accepted")]
    assert sorted(kept.by_place) == wanted[:7]
    assert all(kept.by_place[place] is answers[place] for place in kept.by_place)
    assert kept.counts.total() == len(answers)
    assert kept.to_check == sum(answer.outcome != "accepted" for answer in answers)


def test_many_wrong_rows_are_counted_and_not_kept() -> None:
    kept = KeptAnswers(50)
    for first in range(0, 100_000, 2_500):
        places = range(first, first + 2_500)
        kept.keep(places, [an_answer(place, "refused") for place in places])
        assert len(kept.by_place) == 50
    assert kept.counts == {"refused": 100_000}


def test_one_large_slice_is_not_kept_either() -> None:
    kept = KeptAnswers(50)
    answers = [an_answer(place, "refused") for place in range(5_000)]
    kept.keep(range(5_000), answers)
    assert len(kept.by_place) == 50


def test_all_are_kept_for_a_caller_without_a_limit() -> None:
    kept = KeptAnswers()
    kept.keep(range(300), [an_answer(place, "refused") for place in range(300)])
    assert len(kept.by_place) == 300


def test_none_are_kept_for_a_caller_that_shows_none() -> None:
    kept = KeptAnswers(0)
    kept.keep(range(3), [an_answer(place, "refused") for place in range(3)])
    assert (kept.by_place, kept.to_check) == ({}, 3)


def test_a_duplicate_counts_as_a_duplicate_only() -> None:
    kept = KeptAnswers(1, to_check_only=True)
    kept.keep([0, 1], [an_answer(0, "refused", duplicate=True), an_answer(1, "accepted", duplicate=True)])
    assert (kept.counts, kept.to_check, list(kept.by_place)) == ({"duplicates": 2}, 1, [0])
