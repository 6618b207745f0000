"""Clients' questions why somebody used their data, and the answers."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, partial_index, small_reference


class LookQuestion(Base):
    """A question about what one person did with a client's data on one day (Act 703/2023, section 48).

    The person is named as in the audit log, which has no reference to people. With `provider_id` the person
    acted for that provider, which answers; otherwise the county answers.
    """

    __tablename__ = "look_question"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (answer IS NULL)", name="answered"),
        CheckConstraint("answer <> ''", name="answer"),
        CheckConstraint("answered_by IS NULL OR answered_at IS NOT NULL", name="answerer"),
        CheckConstraint("answered_at >= asked_at", name="in_order"),
        CheckConstraint("length(question) <= 2000 AND length(answer) <= 2000", name="length"),
        Index("ix_look_question_client_id", "client_id"),
        partial_index("ix_look_question_open", "county_id", "provider_id", where="answered_at IS NULL"),
        partial_index(
            "ux_look_question_open", "client_id", "day", "looker_id", where="answered_at IS NULL", unique=True
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id")
    day: Mapped[date]
    looker_id: Mapped[int] = mapped_column(BigInteger)
    looker_name: Mapped[str]
    looker_role: Mapped[str]
    provider_id: Mapped[int | None] = big_reference("provider.id")
    question: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = big_reference("person.id")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = big_reference("person.id")
    answer: Mapped[str | None]
