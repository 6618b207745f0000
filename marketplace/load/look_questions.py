"""Clients' questions why somebody used their data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from clearing.charges.rules.disputes import answer_by
from foundation.database.tables.clients import Client
from foundation.database.tables.look_questions import LookQuestion
from foundation.database.tables.people import Person
from foundation.vocabulary.dates import helsinki_day


@dataclass(frozen=True, slots=True)
class LookQuestionEntry:
    """A question about one person on one day, and the answer; `provider_id` answers, else the county."""

    id: int
    county_id: int
    client_id: int
    client_number: str | None
    client_name: str | None
    day: date
    looker_id: int
    looker_name: str
    looker_role: str
    provider_id: int | None
    question: str
    asked_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    answer: str | None

    @property
    def answer_by(self) -> date:
        """The last day to answer: three working days."""
        return answer_by(helsinki_day(self.asked_at))


def questions_of_client(session: Session, client_id: int, since: date) -> list[LookQuestionEntry]:
    """Return the client's questions about looks since a day, the newest first."""
    return _read(session, _query(LookQuestion.client_id == client_id, LookQuestion.day >= since))


def open_questions(
    session: Session, *, county_id: int | None, provider_id: int | None, count: int, first: int = 0
) -> tuple[list[LookQuestionEntry], int]:
    """Return a page of the open questions that a provider answers, or else a county, and the number of all.

    The oldest come first.
    """
    of_reader = _of_reader(county_id, provider_id)
    is_open = (*of_reader, LookQuestion.answered_at.is_(None))
    total = session.scalar(select(func.count()).select_from(LookQuestion).where(*is_open)) or 0
    oldest = _query(*is_open).order_by(None).order_by(LookQuestion.asked_at, LookQuestion.id)
    return _read(session, oldest.offset(first).limit(count)), total


def look_question(
    session: Session, question_id: int, *, county_id: int | None, provider_id: int | None
) -> LookQuestionEntry | None:
    """Return a question that the provider, or else the county, answers; None if there is none."""
    found = _read(session, _query(LookQuestion.id == question_id, *_of_reader(county_id, provider_id)))
    return found[0] if found else None


def lock_question(session: Session, question_id: int) -> bool:
    """Lock a question; return whether it is still open."""
    query = select(LookQuestion.answered_at).where(LookQuestion.id == question_id).with_for_update()
    row = session.execute(query).one_or_none()
    return row is not None and row[0] is None


def has_open_question(session: Session, client_id: int, day: date, looker_id: int) -> bool:
    """Return whether the client waits for an answer about this person and day."""
    about = (
        LookQuestion.client_id == client_id,
        LookQuestion.day == day,
        LookQuestion.looker_id == looker_id,
    )
    query = select(LookQuestion.id).where(*about, LookQuestion.answered_at.is_(None))
    return session.scalar(query) is not None


def _of_reader(county_id: int | None, provider_id: int | None) -> tuple[ColumnElement[bool], ...]:
    if provider_id is not None:
        return (LookQuestion.provider_id == provider_id,)
    return (LookQuestion.county_id == county_id, LookQuestion.provider_id.is_(None))


def _query(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(LookQuestion, Client.number, Client.name, Person.name)
        .join(Client, Client.id == LookQuestion.client_id)
        .outerjoin(Person, Person.id == LookQuestion.answered_by)
        .where(*conditions)
        .order_by(LookQuestion.id.desc())
        .execution_options(populate_existing=True)
    )


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> list[LookQuestionEntry]:
    return [
        LookQuestionEntry(
            id=row.id,
            county_id=row.county_id,
            client_id=row.client_id,
            client_number=number,
            client_name=name,
            day=row.day,
            looker_id=row.looker_id,
            looker_name=row.looker_name,
            looker_role=row.looker_role,
            provider_id=row.provider_id,
            question=row.question,
            asked_at=row.asked_at,
            answered_at=row.answered_at,
            answered_by=answerer,
            answer=row.answer,
        )
        for row, number, name, answerer in session.execute(query)
    ]
