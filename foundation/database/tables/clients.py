"""Clients of a county."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, one_of, small_reference


class Client(Base):
    """A client, with a number in the county. A protected address is not shown to providers.

    A client with one has no place on the map: somebody could infer it from a distance.
    """

    __tablename__ = "client"
    __table_args__ = (
        UniqueConstraint("county_id", "number"),
        one_of("language", "fi", "sv", "en", "fi-x-selko"),
        CheckConstraint(
            "NOT protected_address OR num_nonnulls(latitude, longitude) = 0", name="protected_place"
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    number: Mapped[str]
    name: Mapped[str]
    municipality_code: Mapped[str] = mapped_column(Text, ForeignKey("municipality.code"))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    language: Mapped[str] = mapped_column(default="fi")
    identity_hash: Mapped[str | None]
    protected_address: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None]


class ClientAbsence(Base):
    """Days on which the client is away (hospital, holiday), both ends included."""

    __tablename__ = "client_absence"
    __table_args__ = (Index("ix_client_absence_client_id", "client_id"),)
    id: Mapped[BigKey]
    client_id: Mapped[int] = big_reference("client.id")
    away: Mapped[Range[date]]
