"""Free times: hours of the week that a provider gives, days when it is closed, and what is free of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, Big, BigKey, Small, big_reference

_OF_PROVIDER = ["offering.id", "offering.provider_id"]


class FreeHours(Base):
    """Hours of a weekday (Monday is 0) in which so many clients can be helped at once. Minutes of the day."""

    __tablename__ = "free_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "start_minute >= 0 AND end_minute <= 1440 AND end_minute - start_minute >= 30", name="minutes"
        ),
        CheckConstraint("at_once BETWEEN 1 AND 50", name="at_once"),
        CheckConstraint("last_day >= first_day", name="days"),
        Index("uq_free_hours_id_provider", "id", "provider_id", unique=True),
        Index("ix_free_hours_provider_id", "provider_id"),
    )
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    weekday: Mapped[Small]
    start_minute: Mapped[Small]
    end_minute: Mapped[Small]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    at_once: Mapped[Small] = mapped_column(default=1)


class FreeHoursOffering(Base):
    """An offering that is given in these hours; it is the same provider's."""

    __tablename__ = "free_hours_offering"
    __table_args__ = (
        ForeignKeyConstraint(
            ["free_hours_id", "provider_id"],
            ["free_hours.id", "free_hours.provider_id"],
            name="fk_free_hours_offering_hours",
            ondelete="CASCADE",
        ),
        ForeignKeyConstraint(
            ["offering_id", "provider_id"], _OF_PROVIDER, name="fk_free_hours_offering_offering"
        ),
        Index("ix_free_hours_offering_offering_id", "offering_id"),
    )
    free_hours_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    offering_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    provider_id: Mapped[Big]


class ClosedDays(Base):
    """Days on which a provider takes nobody new, both included."""

    __tablename__ = "closed_days"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="days"),
        ExcludeConstraint(
            (text("int8range(provider_id, provider_id, '[]')"), "&&"),
            (text("daterange(first_day, last_day, '[]')"), "&&"),
            name="ex_closed_days_of_provider",
            using="gist",
        ),
    )
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    first_day: Mapped[date]
    last_day: Mapped[date]


class FreeTimes(Base):
    """What is free of an offering whose provider gives hours, as it was worked out last (decision 0217).

    `slots` are `[day, first minute, last minute]` of two weeks from the first free day; both are empty if
    nothing is free within the days that are looked at.
    """

    __tablename__ = "free_times"
    __table_args__ = (
        CheckConstraint("jsonb_typeof(slots) = 'array'", name="slots"),
        CheckConstraint("(first_free_on IS NULL) = (slots = '[]'::jsonb)", name="first_free_on"),
        ForeignKeyConstraint(["offering_id", "provider_id"], _OF_PROVIDER, name="fk_free_times_offering"),
        Index("ix_free_times_provider_id", "provider_id"),
    )
    offering_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    provider_id: Mapped[Big]
    first_free_on: Mapped[date | None]
    slots: Mapped[list[Any]]
