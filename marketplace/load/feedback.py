"""Clients' feedback on providers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session

from foundation.database.tables.charges import Charge
from foundation.database.tables.clients import Client
from foundation.database.tables.feedback import Feedback
from foundation.database.tables.providers import Provider
from foundation.vocabulary.dates import helsinki_day
from marketplace.rules.feedback import Voices, count_voices


@dataclass(frozen=True, slots=True)
class FeedbackEntry:
    """A client's feedback on a provider, with what the county decided and the provider answered."""

    id: int
    county_id: int
    client_id: int
    funding_id: int
    client_number: str | None
    provider: str
    business_id: str
    revision: int
    face: str
    words: str
    state: str
    why: str
    given_at: datetime
    answer: str | None
    answer_state: str | None
    answer_why: str


@dataclass(frozen=True, slots=True)
class PublishedFeedback:
    """A published feedback. It does not name its client, and only the month of its day is shown."""

    id: int
    revision: int
    face: str
    words: str
    given_on: date
    answer: str | None
    answer_state: str | None
    answer_why: str

    @property
    def public_answer(self) -> str | None:
        """The provider's answer, if the county has published it."""
        return self.answer if self.answer_state == "published" else None


def feedback_of_client(session: Session, client_id: int) -> list[FeedbackEntry]:
    """Return what the client has said of providers, the newest first."""
    return _read(session, _query(Feedback.client_id == client_id))


def funding_of_feedback(session: Session, client_id: int, provider_id: int) -> int | None:
    """Return the funding of the visit after which the client gave feedback; None: the client has not."""
    query = select(Charge.funding_id).join(Feedback, Feedback.charge_id == Charge.id)
    return session.scalar(query.where(Feedback.client_id == client_id, Feedback.provider_id == provider_id))


def feedback_by_id(session: Session, county_id: int, feedback_id: int) -> FeedbackEntry | None:
    """Return a feedback of a client of the county; None if there is none."""
    found = _read(session, _query(Feedback.county_id == county_id, Feedback.id == feedback_id))
    return found[0] if found else None


def feedback_of_county(session: Session, county_id: int, *, first: int, count: int) -> list[FeedbackEntry]:
    """Return a page of the feedback: what waits, the oldest first; then the rest, the newest first."""
    oldest = case((_waits(), Feedback.given_at)).asc().nulls_last()
    query = _query(Feedback.county_id == county_id).order_by(None)
    query = query.order_by(oldest, Feedback.given_at.desc(), Feedback.id.desc())
    return _read(session, query.offset(first).limit(count))


def count_feedback(session: Session, county_id: int) -> int:
    """Return how much feedback the clients of a county have given."""
    return session.scalar(select(func.count()).where(Feedback.county_id == county_id)) or 0


def count_waiting_feedback(session: Session, county_id: int) -> int:
    """Return how many feedbacks or answers wait for the county's decision."""
    return session.scalar(select(func.count()).where(Feedback.county_id == county_id, _waits())) or 0


def voices_of(session: Session, provider_id: int) -> Voices:
    """Return the number of published feedbacks on a provider, by face."""
    query = select(Feedback.face, func.count()).where(*_published(provider_id)).group_by(Feedback.face)
    return count_voices((face, count) for face, count in session.execute(query))


def published_feedback(
    session: Session, provider_id: int, *, first: int = 0, count: int
) -> list[PublishedFeedback]:
    """Return a page of the published feedback on a provider, the newest first."""
    query = select(Feedback).where(*_published(provider_id))
    query = query.order_by(Feedback.given_at.desc(), Feedback.id.desc()).offset(first).limit(count)
    return [_published_row(row) for row in session.scalars(query)]


def published_by_id(session: Session, provider_id: int, feedback_id: int) -> PublishedFeedback | None:
    """Return a published feedback on the provider; None if there is none."""
    row = session.scalars(
        select(Feedback).where(*_published(provider_id), Feedback.id == feedback_id)
    ).first()
    return None if row is None else _published_row(row)


def _published_row(row: Feedback) -> PublishedFeedback:
    return PublishedFeedback(
        id=row.id,
        revision=row.revision,
        face=row.face,
        words=row.words,
        given_on=helsinki_day(row.given_at),
        answer=row.answer,
        answer_state=row.answer_state,
        answer_why=row.answer_why,
    )


def _published(provider_id: int) -> tuple[ColumnElement[bool], ...]:
    return Feedback.provider_id == provider_id, Feedback.state == "published"


def _waits() -> ColumnElement[bool]:
    return or_(Feedback.state == "waiting", func.coalesce(Feedback.answer_state, "") == "waiting")


def _query(*conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Feedback, Client.number, Provider.name, Provider.business_id, Charge.funding_id)
        .join(Client, Client.id == Feedback.client_id)
        .join(Provider, Provider.id == Feedback.provider_id)
        .join(Charge, Charge.id == Feedback.charge_id)
        .where(*conditions)
        .order_by(Feedback.given_at.desc(), Feedback.id.desc())
        .execution_options(populate_existing=True)
    )


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> list[FeedbackEntry]:
    return [
        FeedbackEntry(
            id=row.id,
            county_id=row.county_id,
            client_id=row.client_id,
            funding_id=funding_id,
            client_number=number,
            provider=provider,
            business_id=business_id,
            revision=row.revision,
            face=row.face,
            words=row.words,
            state=row.state,
            why=row.why,
            given_at=row.given_at,
            answer=row.answer,
            answer_state=row.answer_state,
            answer_why=row.answer_why,
        )
        for row, number, provider, business_id, funding_id in session.execute(query)
    ]
