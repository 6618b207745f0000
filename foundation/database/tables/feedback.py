"""Clients' feedback on providers, the county's decisions about it, and the providers' answers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Whole,
    big_reference,
    one_of,
    partial_index,
    small_reference,
)


class Feedback(Base):
    """What a client says of a provider after a visit; one for each client and provider.

    A change by the client waits for the county again, and drops the answer, which was to the earlier words.
    A change or an answer raises `revision`, so that nobody decides about words not read.

    `charge_id` is the used visit. `why` and `answer_why` are the county's reasons.
    """

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("client_id", "provider_id"),
        one_of("face", "good", "so_so", "not_good"),
        one_of("state", "waiting", "published", "returned", "hidden"),
        one_of("answer_state", "waiting", "published", "returned"),
        CheckConstraint("revision > 0", name="revision"),
        CheckConstraint("length(words) <= 500", name="words"),
        CheckConstraint("(state IN ('returned', 'hidden')) = (why <> '')", name="why"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("answer IS NULL OR length(answer) BETWEEN 1 AND 500", name="answer"),
        CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answer_state IS NULL)",
            name="answered",
        ),
        CheckConstraint("answer IS NULL OR state IN ('published', 'hidden')", name="answer_of_published"),
        CheckConstraint("(coalesce(answer_state, '') = 'returned') = (answer_why <> '')", name="answer_why"),
        partial_index("ix_feedback_published", "provider_id", "given_at", where="state = 'published'"),
        partial_index(
            "ix_feedback_waiting",
            "county_id",
            "given_at",
            where="state = 'waiting' OR answer_state = 'waiting'",
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    charge_id: Mapped[int] = big_reference("charge.id")
    revision: Mapped[Whole]
    face: Mapped[str]
    words: Mapped[str]
    state: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    given_at: Mapped[datetime]
    given_by: Mapped[int | None] = big_reference("person.id")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = big_reference("person.id")
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = big_reference("person.id")
    answer_state: Mapped[str | None]
    answer_why: Mapped[str] = mapped_column(default="")
