"""Clients' answers to charges: confirmed, or disputed with a reason."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, one_of, partial_index, small_reference


class ChargeAnswer(Base):
    """An answer to a charge. A client may answer again: the newest counts, and the earlier ones are kept."""

    __tablename__ = "charge_answer"
    __table_args__ = (
        one_of("answer", "confirmed", "disputed"),
        CheckConstraint("answer = 'confirmed' OR why <> ''", name="why"),
        Index("ix_charge_answer_charge_id", "charge_id"),
        partial_index("ix_charge_answer_disputed", "charge_id", where="answer = 'disputed'"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    charge_id: Mapped[int] = big_reference("charge.id")
    answer: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime]
    answered_by: Mapped[int | None] = big_reference("person.id")
