"""The client's own goals: set one, look back at it, remove it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.actions.edit_support_plan import is_own
from marketplace.load.mandates import ClientEntry
from marketplace.load.support_plans import goals_of_client, taken_places
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.rules.support_plan import FACES, LONGEST_GOAL, free_place, is_day_to_look_back
from marketplace.write.support_plans import begin_plan, mark_goal_removed, store_goal, store_goal_answer

GOALS_FULL: Final = Refusal("goals_full")
"""There are three open goals already."""
DAY_NOT_AHEAD: Final = Refusal("day_not_ahead", "look_back_on")
"""The day to look back is not ahead, or more than a year ahead."""
GOAL_WORDS: Final = Refusal("goal_words", "words")
"""The goal has no words, or too many."""
GOAL_NOT_OPEN: Final = Refusal("goal_not_open")
"""There is no such open goal of the client."""
FACE_UNKNOWN: Final = Refusal("face_unknown", "face")
"""The answer is none of the three faces."""


def set_goal(
    session: Session, client: ClientEntry, *, words: str, look_back_on: date, actor: Actor, now: datetime
) -> int | Refusal:
    """Set a goal and return its id.

    Refused with `mandate_missing`, `goal_words`, `day_not_ahead`, `goals_full`.
    """
    if not is_own(actor, client.id):
        return MANDATE_MISSING
    if not 1 <= len(words.strip()) <= LONGEST_GOAL:
        return GOAL_WORDS
    if not is_day_to_look_back(look_back_on, helsinki_day(now)):
        return DAY_NOT_AHEAD
    begin_plan(session, county_id=client.county_id, client_id=client.id, now=now)
    place = free_place(taken_places(session, client.id))
    if place is None:
        return GOALS_FULL
    return store_goal(
        session,
        county_id=client.county_id,
        client_id=client.id,
        place=place,
        words=words.strip(),
        look_back_on=look_back_on,
        now=now,
    )


def look_back(
    session: Session, client: ClientEntry, goal_id: int, *, face: str, said: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Store whether the goal was reached: a face and some words.

    Refused with `mandate_missing`, `goal_not_open`, `face_unknown`, `goal_words`.
    """
    refusal = _why_not(session, client, goal_id, actor, now)
    if refusal is not None:
        return refusal
    if face not in FACES:
        return FACE_UNKNOWN
    if len(said) > LONGEST_GOAL:
        return GOAL_WORDS
    store_goal_answer(session, goal_id, face=face, said=said, now=now)
    return None


def remove_goal(
    session: Session, client: ClientEntry, goal_id: int, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Remove an open goal. Refused with `mandate_missing`, `goal_not_open`."""
    refusal = _why_not(session, client, goal_id, actor, now)
    if refusal is None:
        mark_goal_removed(session, goal_id, now=now)
    return refusal


def _why_not(
    session: Session, client: ClientEntry, goal_id: int, actor: Actor, now: datetime
) -> Refusal | None:
    if not is_own(actor, client.id):
        return MANDATE_MISSING
    begin_plan(session, county_id=client.county_id, client_id=client.id, now=now)
    goals = [goal for goal in goals_of_client(session, client.id) if goal.face is None]
    return None if goal_id in {goal.id for goal in goals} else GOAL_NOT_OPEN
