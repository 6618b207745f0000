"""Rows of clients' questions why somebody used their data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from foundation.database.tables.look_questions import LookQuestion
from foundation.vocabulary.roles import Actor
from marketplace.rules.who_looked import Looker


def store_question(
    session: Session,
    county_id: int,
    client_id: int,
    looker: Looker,
    question: str,
    *,
    actor: Actor,
    now: datetime,
) -> int:
    """Store a question, and return its id."""
    row = LookQuestion(
        county_id=county_id,
        client_id=client_id,
        day=looker.day,
        looker_id=looker.person_id,
        looker_name=looker.name,
        looker_role=looker.role or "",
        provider_id=looker.provider_id,
        question=question,
        asked_at=now,
        asked_by=actor.person_id,
    )
    session.add(row)
    session.flush()
    return row.id


def store_answer(session: Session, question_id: int, answer: str, *, actor: Actor, now: datetime) -> None:
    """Store the answer to a question."""
    session.execute(
        update(LookQuestion)
        .where(LookQuestion.id == question_id)
        .values(answer=answer, answered_at=now, answered_by=actor.person_id)
    )
