"""What people read in a client's support plan: its questions and pictures, and the faces of a goal."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from foundation.vocabulary.labels import N_


class QuestionLabels(NamedTuple):
    """A question of the plan as it is asked, with an example, and its heading where the answer is shown."""

    question: str
    hint: str
    heading: str


PLAN_QUESTIONS: Final[Mapping[str, QuestionLabels]] = {
    "matters": QuestionLabels(
        N_("What matters to you?"),
        N_("For example: my home, my friends, my hobby."),
        N_("This matters"),
    ),
    "works": QuestionLabels(
        N_("What works well for you?"),
        N_("For example: help in the evening, and always the same person."),
        N_("This works well"),
    ),
    "change": QuestionLabels(
        N_("What do you want to change?"),
        N_("For example: I want to go swimming every week."),
        N_("This should change"),
    ),
    "deciding": QuestionLabels(
        N_("Who helps you decide?"),
        N_("You decide. With whom do you want to talk first?"),
        N_("Who helps with decisions"),
    ),
}

PLAN_PICTURES: Final[Mapping[str, str]] = {
    "home": N_("Home"),
    "family": N_("My family"),
    "friends": N_("My friends"),
    "exercise": N_("Exercise"),
    "culture": N_("Music and culture"),
    "nature": N_("Nature"),
    "work": N_("Work or studies"),
    "health": N_("Health"),
    "safety": N_("Feeling safe"),
    "calm": N_("Peace and rest"),
    "daytime": N_("In the daytime"),
    "evening": N_("In the evening"),
    "night": N_("At night"),
    "weekend": N_("At the weekend"),
    "same_person": N_("Always the same person"),
    "in_person": N_("Somebody comes to me"),
    "remote": N_("Help over a video call"),
    "step_free": N_("Step-free entrance"),
    "accessible_toilet": N_("Accessible toilet"),
    "lift": N_("Lift"),
    "parking": N_("Accessible parking space"),
    "hearing_loop": N_("Hearing loop"),
    "me": N_("I decide alone"),
    "guardian": N_("My guardian"),
    "worker": N_("My case worker"),
}

GOAL_FACES: Final[Mapping[str, str]] = {
    "helped": N_("Yes, it helped"),
    "a_little": N_("It helped a little"),
    "not": N_("No, it did not help"),
}
