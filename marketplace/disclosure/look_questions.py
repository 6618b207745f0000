"""Clients' questions why their data was used, as a county and a provider read them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import PROVIDER_ROLES, Actor
from marketplace.load.look_questions import LookQuestionEntry, look_question, open_questions

SHOWN = 8
KIND = "question"


def questions_to_answer(
    session: Session, *, actor: Actor, now: datetime
) -> tuple[list[LookQuestionEntry], int]:
    """Return the oldest open questions to the actor's provider or county, and the number of all."""
    return all_questions_to_answer(session, first=0, count=SHOWN, actor=actor, now=now)


def all_questions_to_answer(
    session: Session, *, first: int, count: int, actor: Actor, now: datetime
) -> tuple[list[LookQuestionEntry], int]:
    """Return a page of the open questions to the actor's provider or county, and the number of all."""
    found, total = open_questions(session, **_reader(actor), first=first, count=count)
    return disclose(session, found, Look(actor, now, Purpose.CASE_LIST, KIND)), total


def question_to_answer(
    session: Session, question_id: int, *, actor: Actor, now: datetime
) -> LookQuestionEntry | None:
    """Return a question to the actor's provider or county, and record the look; None if there is none."""
    found = look_question(session, question_id, **_reader(actor))
    if found is None:
        return None
    (shown,) = disclose(session, [found], Look(actor, now, Purpose.ASKED, KIND))
    return shown


def _reader(actor: Actor) -> dict[str, int | None]:
    """Return the provider that the actor answers for, else the county; 0 finds nothing."""
    if actor.role in PROVIDER_ROLES:
        return {"county_id": None, "provider_id": actor.provider_id or 0}
    return {"county_id": actor.county_id or 0, "provider_id": None}
