"""Whose visits a worker of a provider does."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, partial_index, wide_reference


class VisitWorker(Base):
    """A worker of the provider does the visits of a choice, until `ended_at`. Several may do those of one."""

    __tablename__ = "visit_worker"
    __table_args__ = (
        CheckConstraint("ended_at >= made_at", name="in_order"),
        wide_reference("fk_visit_worker_choice_id", "choice", "choice_id", "funding_id", "county_id"),
        partial_index(
            "uq_visit_worker_open", "choice_id", "role_grant_id", where="ended_at IS NULL", unique=True
        ),
        Index("ix_visit_worker_role_grant_id", "role_grant_id"),
    )
    id: Mapped[BigKey]
    choice_id: Mapped[int] = mapped_column(BigInteger)
    funding_id: Mapped[int] = mapped_column(BigInteger)
    county_id: Mapped[int] = mapped_column(SmallInteger)
    role_grant_id: Mapped[int] = big_reference("role_grant.id")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = big_reference("person.id")
