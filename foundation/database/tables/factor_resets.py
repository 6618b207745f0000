"""Second factors of a provider's owners that the county is asked to take off."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, partial_index, small_reference


class FactorReset(Base):
    """An owner has lost the second factor: one person of the county asks, another confirms after `ripe_at`.

    Any owner, or the county, may stop it until then.
    """

    __tablename__ = "factor_reset"
    __table_args__ = (
        CheckConstraint("length(why) BETWEEN 1 AND 500", name="why"),
        CheckConstraint("ripe_at >= asked_at + interval '72 hours'", name="wait"),
        CheckConstraint("asked_by <> confirmed_by AND person_id NOT IN (asked_by, confirmed_by)", name="two"),
        CheckConstraint("confirmed_at >= ripe_at", name="ripe"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="confirmed"),
        CheckConstraint("(stopped_at IS NULL) = (stopped_by IS NULL)", name="stopped"),
        CheckConstraint("confirmed_at IS NULL OR stopped_at IS NULL", name="one_end"),
        partial_index(
            "uq_factor_reset_open",
            "person_id",
            where="confirmed_at IS NULL AND stopped_at IS NULL",
            unique=True,
        ),
        Index("ix_factor_reset_provider_id", "provider_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    person_id: Mapped[int] = big_reference("person.id")
    why: Mapped[str] = mapped_column()
    asked_at: Mapped[datetime]
    asked_by: Mapped[int] = big_reference("person.id")
    ripe_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = big_reference("person.id")
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[int | None] = big_reference("person.id")
