"""Claims on providers: what they owe after corrections, and the next run does not deduct."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, Cents, big_reference, small_reference


class Recovery(Base):
    """A claim for a provider's negative sum or part of it, in whole cents, with the reason.

    It is open until `paid_on`: then `paid_reference` is the bank's reference of the payment that came.
    """

    __tablename__ = "recovery"
    __table_args__ = (
        CheckConstraint("amount_cents > 0", name="positive"),
        CheckConstraint("why <> ''", name="why"),
        CheckConstraint(
            "(paid_on IS NULL) = (paid_reference IS NULL) AND (paid_on IS NULL) = (paid_by IS NULL)",
            name="paid",
        ),
        UniqueConstraint("county_id", "paid_reference"),
        Index("ix_recovery_provider_id", "provider_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    amount_cents: Mapped[Cents]
    why: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
    reference: Mapped[str | None] = mapped_column(Text, unique=True)
    due_on: Mapped[date]
    reminded_on: Mapped[date | None]
    paid_on: Mapped[date | None]
    paid_reference: Mapped[str | None]
    paid_by: Mapped[int | None] = big_reference("person.id")
