"""When a client may give feedback on a provider, and what a worker may decide about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from foundation.vocabulary.refusals import Refusal

LONGEST_WORDS: Final = 500
NOT_USED: Final = Refusal("visit_not_used")
"""The client has confirmed no visit of the provider."""
FACE_UNKNOWN: Final = Refusal("face_unknown", "face")
WORDS_TOO_LONG: Final = Refusal("field_too_long", "words")
WHY_MISSING: Final = Refusal("why_missing", "why")
WHY_TOO_LONG: Final = Refusal("field_too_long", "why")
ANSWER_MISSING: Final = Refusal("words_missing", "answer")
ANSWER_TOO_LONG: Final = Refusal("field_too_long", "answer")
FEEDBACK_CHANGED: Final = Refusal("feedback_changed")
"""The feedback was changed, answered or decided since the page was made."""


class Face(StrEnum):
    """The three faces of a feedback."""

    GOOD = "good"
    SO_SO = "so_so"
    NOT_GOOD = "not_good"


class Decision(StrEnum):
    """What a worker decides about a feedback or a provider's answer to it."""

    PUBLISH = "publish"
    RETURN = "return"
    HIDE = "hide"
    PUBLISH_ANSWER = "publish_answer"
    RETURN_ANSWER = "return_answer"


NEEDS_WHY: Final = frozenset({Decision.RETURN, Decision.HIDE, Decision.RETURN_ANSWER})
STATES: Final = {Decision.PUBLISH: "published", Decision.RETURN: "returned", Decision.HIDE: "hidden"}
ANSWER_STATES: Final = {Decision.PUBLISH_ANSWER: "published", Decision.RETURN_ANSWER: "returned"}
_POSSIBLE: Final = {
    "waiting": (Decision.PUBLISH, Decision.RETURN, Decision.HIDE),
    "published": (Decision.HIDE,),
    "hidden": (Decision.PUBLISH,),
}


@dataclass(frozen=True, slots=True)
class Voices:
    """The number of published feedbacks with each face."""

    good: int = 0
    so_so: int = 0
    not_good: int = 0

    @property
    def total(self) -> int:
        """The number of all."""
        return self.good + self.so_so + self.not_good


def count_voices(faces: Iterable[tuple[str, int]]) -> Voices:
    """Return the voices of rows of a face and its number."""
    return Voices(**dict(faces))


def is_used_visit(state: str, answer: str | None, *, cancelled: bool, hundredths: int) -> bool:
    """Return whether a charge is a visit that was given, moved money, and that the client called right.

    `hundredths` is its quantity after corrections.
    """
    return state in ("accepted", "settled") and answer == "confirmed" and not cancelled and hundredths > 0


def possible_decisions(state: str, answer_state: str | None) -> tuple[Decision, ...]:
    """Return what a worker can decide. A returned feedback waits for its writer."""
    about_answer = (Decision.PUBLISH_ANSWER, Decision.RETURN_ANSWER)
    answer_waits = state == "published" and answer_state == "waiting"
    return (about_answer if answer_waits else ()) + _POSSIBLE.get(state, ())


def why_not_given(face: str, words: str) -> Refusal | None:
    """Return why this feedback cannot be stored."""
    if face not in set(Face):
        return FACE_UNKNOWN
    return WORDS_TOO_LONG if len(words) > LONGEST_WORDS else None


def may_answer(state: str, answer_state: str | None) -> bool:
    """Return whether the provider can answer: once, or again if the county returned the answer."""
    return state == "published" and answer_state in (None, "returned")


def why_not_answered(state: str, answer_state: str | None, answer: str) -> Refusal | None:
    """Return why the provider cannot answer with these words."""
    if not may_answer(state, answer_state):
        return FEEDBACK_CHANGED
    if not answer:
        return ANSWER_MISSING
    return ANSWER_TOO_LONG if len(answer) > LONGEST_WORDS else None


def why_not_decided(state: str, answer_state: str | None, decision: Decision, why: str) -> Refusal | None:
    """Return why the worker cannot decide this."""
    if decision not in possible_decisions(state, answer_state):
        return FEEDBACK_CHANGED
    if len(why) > LONGEST_WORDS:
        return WHY_TOO_LONG
    return WHY_MISSING if decision in NEEDS_WHY and not why else None
