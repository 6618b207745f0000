"""What the timetable did: the last run of each job, and every check of the books."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey


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
