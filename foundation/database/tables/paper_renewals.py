"""New papers that providers send in place of those that end, with what a county decided."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Whole,
    big_reference,
    one_of,
    small_reference,
)
from foundation.database.tables.provider_applications import LARGEST_PAPER_BYTES


class PaperRenewal(Base):
    """A provider's new paper as a file. An accepted one became a `ProviderPaper` with the same days.

    `county_id` is the county that decided. What was decided or withdrawn never changes, nor does a file.
    """

    __tablename__ = "paper_renewal"
    __table_args__ = (
        one_of("kind", "register_entry", "insurance", "prepayment_register"),
        one_of("media_type", "application/pdf", "image/png", "image/jpeg"),
        one_of("state", "waiting", "accepted", "rejected", "withdrawn"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="days"),
        CheckConstraint(
            f"size = octet_length(content) AND size BETWEEN 1 AND {LARGEST_PAPER_BYTES}", name="size"
        ),
        CheckConstraint(
            "(state IN ('accepted', 'rejected')) = (decided_by IS NOT NULL)"
            " AND (decided_by IS NULL) = (county_id IS NULL)"
            " AND (state = 'waiting') = (decided_at IS NULL)",
            name="decided",
        ),
        CheckConstraint("(state = 'rejected') = (why <> '')", name="why"),
        CheckConstraint("decided_by <> sent_by", name="two_people"),
        Index("ix_paper_renewal_provider_id", "provider_id"),
        Index(
            "uq_paper_renewal_waiting",
            "provider_id",
            "kind",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
    )
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    kind: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    media_type: Mapped[str]
    size: Mapped[Whole]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime]
    sent_by: Mapped[int | None] = big_reference("person.id")
    state: Mapped[str]
    why: Mapped[str]
    county_id: Mapped[int | None] = small_reference("county.id")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = big_reference("person.id")
