"""A client asks a provider for a free time; the provider offers times or says no."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, one_of, partial_index, small_reference


class TimeRequest(Base):
    """A request for a free time of an offering. It expires after its last day unless it has been closed.

    A client has at most one open request for an offering: the database refuses a second.
    """

    __tablename__ = "time_request"
    __table_args__ = (
        one_of("state", "open", "accepted", "declined", "withdrawn"),
        CheckConstraint("length(words) <= 500 AND length(answer) <= 500", name="length"),
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed"),
        CheckConstraint("(state = 'declined') = (answer <> '')", name="answer"),
        CheckConstraint("last_day >= (asked_at AT TIME ZONE 'Europe/Helsinki')::date", name="last_day"),
        partial_index(
            "ux_time_request_open", "client_id", "offering_id", where="state = 'open'", unique=True
        ),
        partial_index("ix_time_request_provider", "provider_id", "asked_at", where="state = 'open'"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id", index=True)
    offering_id: Mapped[int] = big_reference("offering.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    words: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = big_reference("person.id")
    last_day: Mapped[date]
    state: Mapped[str] = mapped_column(default="open")
    answer: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]


class OfferedTime(Base):
    """A time that the provider offers for a request. One of them at most is accepted: the index holds it."""

    __tablename__ = "offered_time"
    __table_args__ = (
        UniqueConstraint("time_request_id", "starts_at"),
        CheckConstraint("starts_at > offered_at", name="ahead"),
        partial_index(
            "ux_offered_time_accepted", "time_request_id", where="accepted_at IS NOT NULL", unique=True
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    time_request_id: Mapped[int] = big_reference("time_request.id")
    starts_at: Mapped[datetime]
    offered_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
