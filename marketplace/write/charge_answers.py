"""Rows of the clients' answers to charges."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from foundation.database.tables.charge_answers import ChargeAnswer
from foundation.vocabulary.roles import Actor


def store_answer(
    session: Session, *, county_id: int, charge_id: int, answer: str, why: str, actor: Actor, now: datetime
) -> None:
    """Store an answer; earlier answers stay, and the newest counts."""
    session.add(
        ChargeAnswer(
            county_id=county_id,
            charge_id=charge_id,
            answer=answer,
            why=why,
            answered_at=now,
            answered_by=actor.person_id,
        )
    )
    session.flush()
