"""Clients' cards: a random reference that a provider reads instead of typing a voucher code."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, partial_index, small_reference


class Card(Base):
    """A card of a client. Only the newest one is in force: a client has at most one that is not cancelled.

    `reference` is 80 random bits: nothing about the client can be read from it. It says nothing by itself; a
    provider finds by it only the vouchers that it may charge.
    """

    __tablename__ = "card"
    __table_args__ = (
        CheckConstraint("reference ~ '^[0-9A-HJKMNP-TV-Z]{16}$'", name="reference"),
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("cancelled_at >= issued_at", name="in_order"),
        CheckConstraint("cancelled_by IS NULL OR cancelled_at IS NOT NULL", name="cancelled"),
        partial_index("ux_card_in_force", "client_id", where="cancelled_at IS NULL", unique=True),
        Index("ix_card_client_id", "client_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id")
    reference: Mapped[str] = mapped_column(Text, unique=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    issued_at: Mapped[datetime]
    issued_by: Mapped[int | None] = big_reference("person.id")
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[int | None] = big_reference("person.id")
