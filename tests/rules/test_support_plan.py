"""The support plan: the search that it stands for, days to look back, places of goals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from county_desk.rules.small_counts import shown_counts
from foundation.vocabulary.plan_labels import GOAL_FACES, PLAN_PICTURES, PLAN_QUESTIONS
from marketplace.labels import ACCESS, TIMES
from marketplace.rules.support_plan import (
    ACCESS_IN_SEARCH,
    FACES,
    PICTURES,
    TIMES_IN_SEARCH,
    PlanAnswer,
    free_place,
    is_day_to_look_back,
    next_question,
    search_of_plan,
)

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
TODAY = NOW.date()
SERVICES = ("PERSONAL_ASSISTANCE", "MEALS")


def answers(**pictures: tuple[str, ...]) -> Mapping[str, PlanAnswer]:
    return {question: PlanAnswer("", each, NOW) for question, each in pictures.items()}


@pytest.mark.parametrize(
    ("pictures", "search"),
    [
        ({}, {}),
        ({"matters": ("home",), "deciding": ("me",)}, {}),
        ({"change": ("MEALS", "PERSONAL_ASSISTANCE")}, {"service": ["MEALS"]}),
        ({"change": ("TRANSPORT", "MEALS")}, {"service": ["MEALS"]}),
        ({"change": ("TRANSPORT",)}, {}),
        ({"works": ("evening",)}, {"time": ["evening"]}),
        ({"works": ("evening", "night")}, {}),
        ({"works": ("daytime", "same_person")}, {}),
        ({"works": ("remote",)}, {"remote": ["yes"]}),
        ({"works": ("in_person",)}, {"remote": ["no"]}),
        ({"works": ("in_person", "remote")}, {}),
        ({"works": ("lift", "step_free")}, {"access": ["step_free", "lift"]}),
    ],
)
def test_the_search_of_a_plan(pictures: dict[str, tuple[str, ...]], search: dict[str, list[str]]) -> None:
    assert search_of_plan(answers(**pictures), SERVICES) == search


@pytest.mark.parametrize(
    ("days", "possible"), [(-1, False), (0, False), (1, True), (90, True), (366, True), (367, False)]
)
def test_the_day_to_look_back_is_ahead_within_a_year(days: int, possible: bool) -> None:
    assert is_day_to_look_back(TODAY + timedelta(days=days), TODAY) is possible


def test_a_day_at_the_end_of_the_calendar_is_refused() -> None:
    assert is_day_to_look_back(date.max, TODAY) is False


@pytest.mark.parametrize(("taken", "place"), [([], 1), ([1], 2), ([2], 1), ([1, 3], 2), ([1, 2, 3], None)])
def test_three_goals_have_places(taken: list[int], place: int | None) -> None:
    assert free_place(taken) == place


def test_questions_follow_each_other() -> None:
    assert [next_question(each) for each in PICTURES] == ["works", "change", "deciding", None]


def test_every_picture_question_and_face_has_its_words() -> None:
    assert {picture for pictures in PICTURES.values() for picture in pictures} == set(PLAN_PICTURES)
    assert set(PICTURES) == set(PLAN_QUESTIONS)
    assert set(FACES) == set(GOAL_FACES)
    assert (set(TIMES_IN_SEARCH), set(ACCESS_IN_SEARCH)) == (set(TIMES), set(ACCESS))


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((0, 0, 0), (0, 0, 0)),
        ((5, 6, 0), (5, 6, 0)),
        ((4, 5, 9), (None, None, 9)),
        ((1, 2, 9), (None, None, 9)),
        ((4, 0, 0), (None, 0, 0)),
    ],
)
def test_small_counts_are_hidden(counts: tuple[int, ...], shown: tuple[int | None, ...]) -> None:
    assert tuple(shown_counts(dict(zip(FACES, counts, strict=True))).values()) == shown
