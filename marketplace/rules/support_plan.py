"""The client's support plan: its questions and pictures, own goals, and the search that it stands for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

MOST_GOALS: Final = 3
LONGEST_WORDS: Final = 2000
"""Characters of an answer."""
LONGEST_GOAL: Final = 300
"""Characters of a goal, and of the words when the client looks back."""
FIRST_LOOK_BACK: Final = timedelta(days=90)
"""How far ahead the day to look back is at first; the client may change it."""
LAST_LOOK_BACK: Final = timedelta(days=366)

FACES: Final = ("helped", "a_little", "not")
TIMES_IN_SEARCH: Final = ("evening", "night", "weekend")
ACCESS_IN_SEARCH: Final = ("step_free", "accessible_toilet", "lift", "parking", "hearing_loop")

PICTURES: Final[Mapping[str, tuple[str, ...]]] = {
    "matters": (
        "home", "family", "friends", "exercise", "culture", "nature", "work", "health", "safety", "calm",
    ),
    "works": ("daytime", *TIMES_IN_SEARCH, "same_person", "in_person", "remote", *ACCESS_IN_SEARCH),
    "change": (),
    "deciding": ("me", "family", "friends", "guardian", "worker"),
}  # fmt: skip
"""The pictures of each question, in the order in which the questions come.

Those of "what I want to change" are the services of the client's county: codes of the catalogue.
"""


@dataclass(frozen=True, slots=True)
class PlanAnswer:
    """An answer to a question of the plan: words, and codes of pictures."""

    words: str
    pictures: tuple[str, ...]
    answered_at: datetime


def next_question(question: str) -> str | None:
    """Return the question that follows; None after the last."""
    order = list(PICTURES)
    place = order.index(question) + 1
    return order[place] if place < len(order) else None


def is_day_to_look_back(day: date, today: date) -> bool:
    """Return whether a goal may be looked back at on the day: from tomorrow to a year ahead."""
    return today < day <= today + LAST_LOOK_BACK


def free_place(taken: Collection[int]) -> int | None:
    """Return the first free place of a goal; None if there are three open goals."""
    return next((place for place in range(1, MOST_GOALS + 1) if place not in taken), None)


def search_of_plan(answers: Mapping[str, PlanAnswer], services: Iterable[str]) -> dict[str, list[str]]:
    """Return the fields of a search that the pictures stand for, by the names of the search's address.

    Args:
        services: Codes of the services that the client may look for. With several in the plan, the first one
            that the client may look for is searched.
    """
    works = _pictures(answers, "works")
    wanted = [code for code in _pictures(answers, "change") if code in set(services)]
    times: list[str] = [time for time in TIMES_IN_SEARCH if time in works]
    places = [value for picture, value in (("remote", "yes"), ("in_person", "no")) if picture in works]
    found: dict[str, list[str]] = {
        "service": wanted[:1],
        "time": times if len(times) == 1 else [],
        "remote": places if len(places) == 1 else [],
        "access": [each for each in ACCESS_IN_SEARCH if each in works],
    }
    return {name: values for name, values in found.items() if values}


def _pictures(answers: Mapping[str, PlanAnswer], question: str) -> tuple[str, ...]:
    return answers[question].pictures if question in answers else ()
