"""Addresses under which calendar programs read the visits of one person."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, partial_index


class CalendarFeed(Base):
    """A secret address of a person in one role. Only its SHA-256 is stored; one works at a time.

    `shows_names`: the calendar has the names of clients, as far as the person may know them.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (
        CheckConstraint("length(secret_sha256) = 64", name="digest"),
        CheckConstraint("revoked_at >= made_at AND read_at >= made_at", name="in_order"),
        partial_index("uq_calendar_feed_open", "role_grant_id", where="revoked_at IS NULL", unique=True),
    )
    id: Mapped[BigKey]
    role_grant_id: Mapped[int] = big_reference("role_grant.id")
    secret_sha256: Mapped[str] = mapped_column(Text, unique=True)
    shows_names: Mapped[bool]
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
