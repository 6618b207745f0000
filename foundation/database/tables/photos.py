"""Photos that providers show of a service or a place."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, Whole, big_reference


class Photo(Base):
    """A photo of an offering or of a place, encoded anew as WebP in two sizes, with what it shows in words.

    At least one of the texts is there: who does not see the photo reads or hears it. A county may hide it,
    with a reason that its provider reads.
    """

    __tablename__ = "photo"
    __table_args__ = (
        CheckConstraint("num_nonnulls(offering_id, unit_id) = 1", name="of"),
        CheckConstraint("text_fi || text_sv || text_en <> ''", name="text"),
        CheckConstraint(
            "length(text_fi) <= 300 AND length(text_sv) <= 300 AND length(text_en) <= 300", name="length"
        ),
        CheckConstraint("octet_length(large) <= 400000 AND octet_length(small) <= 12000", name="bytes"),
        CheckConstraint("(hidden_at IS NULL) = (hidden_why = '')", name="hidden"),
        ForeignKeyConstraint(
            ["offering_id", "provider_id"],
            ["offering.id", "offering.provider_id"],
            name="fk_photo_offering_id_provider",
        ),
        ForeignKeyConstraint(
            ["unit_id", "provider_id"],
            ["provider_unit.id", "provider_unit.provider_id"],
            name="fk_photo_unit_id_provider",
            ondelete="CASCADE",
        ),
        Index("ix_photo_provider_id", "provider_id"),
        Index("ix_photo_offering_id", "offering_id"),
        Index("ix_photo_unit_id", "unit_id"),
    )  # fmt: skip
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    offering_id: Mapped[int | None] = mapped_column(BigInteger)
    unit_id: Mapped[int | None] = mapped_column(BigInteger)
    text_fi: Mapped[str] = mapped_column(default="")
    text_sv: Mapped[str] = mapped_column(default="")
    text_en: Mapped[str] = mapped_column(default="")
    large: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    large_width: Mapped[Whole]
    large_height: Mapped[Whole]
    small: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    small_width: Mapped[Whole]
    small_height: Mapped[Whole]
    added_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    hidden_by: Mapped[int | None] = big_reference("person.id")
    hidden_why: Mapped[str] = mapped_column(default="")
