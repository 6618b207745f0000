"""Claims on providers: what they owe after corrections, and the next run does not deduct."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from foundation.database.columns import Base, BigKey, Cents, big_reference, small_reference


class Recovery(Base):
    """A claim for a provider's negative sum or part of it, in whole cents, with the reason."""

    __tablename__ = "recovery"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="positive"),
        CheckConstraint("why <> ''", name="why"),
        Index("ix_recovery_provider_id", "provider_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    amount_cents: Mapped[Cents]
    why: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
