"""A client's support plan in own words and pictures, and the client's own goals."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Small,
    big_reference,
    one_of,
    partial_index,
    small_reference,
)


class SupportPlan(Base):
    """The support plan of a client, and with whom the client shares it; NULL: with nobody."""

    __tablename__ = "support_plan"
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id", unique=True)
    begun_at: Mapped[datetime]
    shared_with_worker_at: Mapped[datetime | None]
    shared_with_helpers_at: Mapped[datetime | None]


class SupportPlanAnswer(Base):
    """The client's answer to a question of the plan: words, and codes of pictures."""

    __tablename__ = "support_plan_answer"
    __table_args__ = (
        UniqueConstraint("support_plan_id", "question"),
        one_of("question", "matters", "works", "change", "deciding"),
        CheckConstraint("length(words) <= 2000", name="words"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    support_plan_id: Mapped[int] = big_reference("support_plan.id")
    question: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    pictures: Mapped[list[str]]
    answered_at: Mapped[datetime]


class OwnGoal(Base):
    """A goal that a client has set, and the client's answer on the day to look back.

    Each open goal has a place of its own, from 1 to 3: the database refuses a fourth. A goal is open until it
    is answered or removed.
    """

    __tablename__ = "own_goal"
    __table_args__ = (
        CheckConstraint("place BETWEEN 1 AND 3", name="place"),
        CheckConstraint("length(words) BETWEEN 1 AND 300", name="words"),
        CheckConstraint("face IN ('helped', 'a_little', 'not')", name="face"),
        CheckConstraint("(face IS NULL) = (answered_at IS NULL) AND length(said) <= 300", name="answer"),
        CheckConstraint("look_back_on > (set_at AT TIME ZONE 'Europe/Helsinki')::date", name="look_back_on"),
        partial_index(
            "ux_own_goal_open",
            "client_id",
            "place",
            where="answered_at IS NULL AND removed_at IS NULL",
            unique=True,
        ),
        partial_index("ix_own_goal_answered", "county_id", "face", where="answered_at IS NOT NULL"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id", index=True)
    place: Mapped[Small]
    words: Mapped[str]
    look_back_on: Mapped[date]
    set_at: Mapped[datetime]
    face: Mapped[str | None]
    said: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
