"""Offerings that a client keeps to compare and choose later."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from foundation.database.columns import Base, BigKey, big_reference, small_reference


class ShortlistEntry(Base):
    """An offering on a client's shortlist. The client and those who may see for the client share one list."""

    __tablename__ = "shortlist_entry"
    __table_args__ = (UniqueConstraint("client_id", "offering_id"),)
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id")
    offering_id: Mapped[int] = big_reference("offering.id")
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = big_reference("person.id")
