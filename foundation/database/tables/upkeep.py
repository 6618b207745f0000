"""What the timetable did: the last run of each job, and every check of the books."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, Whole


class JobRun(Base):
    """The last run of a job. `succeeded` is None while it runs.

    `succeeded_at` is the end of the last run that succeeded. `next_at` is None while the job runs.
    """

    __tablename__ = "job_run"
    __table_args__ = (CheckConstraint("(succeeded IS NULL) = (ended_at IS NULL)", name="ended"),)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    succeeded: Mapped[bool | None]
    result: Mapped[str]
    succeeded_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]


class BooksCheck(Base):
    """A check of all books. Payments wait while the last one found a difference (docs/decisions/0173)."""

    __tablename__ = "books_check"
    __table_args__ = (CheckConstraint("agrees = (first_difference = '')", name="difference"),)
    id: Mapped[BigKey]
    checked_at: Mapped[datetime]
    agrees: Mapped[bool]
    first_difference: Mapped[str]


class RetentionCount(Base):
    """How many rows of a kind of data one run removed, and how many it left because the client is held."""

    __tablename__ = "retention_count"
    __table_args__ = (
        CheckConstraint("removed >= 0 AND held >= 0", name="counts"),
        Index("ix_retention_count_kind", "kind", "id"),
    )
    id: Mapped[BigKey]
    ran_at: Mapped[datetime]
    kind: Mapped[str]
    removed: Mapped[Whole]
    held: Mapped[Whole]
