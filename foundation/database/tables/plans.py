"""Visit plans: the patterns of a choice, days away, and changes of single visits. Visits are never stored."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Cents,
    Hundredths,
    Small,
    big_reference,
    one_of,
    wide_reference,
)

_KINDS = """
CASE kind
WHEN 'timed' THEN num_nulls(weekdays, start_minute, length_minutes, every_weeks) = 0
  AND num_nonnulls(per, part_of_week) = 0
WHEN 'loose' THEN num_nulls(quantity_hundredths, per) = 0 AND number = 1
  AND num_nonnulls(weekdays, start_minute, length_minutes, every_weeks) = 0
ELSE num_nulls(quantity_hundredths, last_day) = 0 AND number = 1
  AND num_nonnulls(weekdays, start_minute, length_minutes, every_weeks, per, part_of_week) = 0
END
"""
_START, _LENGTH = "start_minute BETWEEN 0 AND 1439", "length_minutes BETWEEN 1 AND 2159"
_EXTRA = """
number < 1000 OR num_nulls(start_minute, length_minutes) = 0
  OR (num_nulls(start_minute, length_minutes) = 2 AND quantity_hundredths IS NOT NULL)
"""
_CANCELLED = """
num_nulls(cancelled_at, cancelled_by, fee_share_percent, fee_hundredths) IN (0, 4)
  AND (is_cancelled OR cancelled_at IS NULL) AND (cancelled_at IS NOT NULL OR fee_cents IS NULL)
"""


class PlanPattern(Base):
    """One pattern of the plan of a choice. `weekdays` has bit 0 for Monday to bit 6 for Sunday.

    The choice's last day ends its patterns too; they are never changed. A plan has timed patterns, or one
    loose pattern, or one total (number 1).
    """

    __tablename__ = "plan_pattern"
    __table_args__ = (
        one_of("kind", "timed", "loose", "total"),
        CheckConstraint(_KINDS.strip(), name="columns"),
        CheckConstraint("number BETWEEN 1 AND 999", name="number"),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint(_START, name="start_minute"),
        CheckConstraint(_LENGTH, name="length_minutes"),
        CheckConstraint("every_weeks IN (1, 2, 4)", name="every_weeks"),
        CheckConstraint("quantity_hundredths > 0", name="quantity"),
        one_of("per", "week", "month"),
        one_of("part_of_week", "daytime", "evening", "night", "saturday", "sunday"),
        CheckConstraint("last_day >= first_day", name="days"),
        wide_reference("fk_plan_pattern_choice_id", "choice", "choice_id", "funding_id", "county_id"),
    )
    choice_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[Small] = mapped_column(primary_key=True)
    funding_id: Mapped[int] = mapped_column(BigInteger)
    county_id: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str]
    weekdays: Mapped[int | None] = mapped_column(SmallInteger)
    start_minute: Mapped[int | None] = mapped_column(SmallInteger)
    length_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    every_weeks: Mapped[int | None] = mapped_column(SmallInteger)
    quantity_hundredths: Mapped[Hundredths | None]
    per: Mapped[str | None]
    part_of_week: Mapped[str | None]
    first_day: Mapped[date]
    last_day: Mapped[date | None]


class FundingToReplan(Base):
    """A funding whose holds must be planned again: something that they depend on has changed."""

    __tablename__ = "funding_to_replan"
    funding_id: Mapped[int] = big_reference("funding.id", primary_key=True, autoincrement=False)


class PlanPause(Base):
    """Days on which a client is away, both ends included: from one choice, or from all help of the client.

    Without `last_day` it lasts until further notice. `ended_at`: the client ended it before its last day, and
    `last_day` is now the last one away; it is before `first_day` if the pause never began.
    """

    __tablename__ = "plan_pause"
    __table_args__ = (
        CheckConstraint(
            "num_nonnulls(client_id, choice_id) = 1 AND num_nulls(choice_id, funding_id) IN (0, 2)",
            name="of",
        ),
        CheckConstraint(
            "last_day >= first_day OR (ended_at IS NOT NULL AND last_day = first_day - 1)", name="days"
        ),
        wide_reference("fk_plan_pause_choice_id", "choice", "choice_id", "funding_id", "county_id"),
        ExcludeConstraint(
            (text("int8range(choice_id, choice_id, '[]')"), "&&"),
            (text("daterange(first_day, last_day + 1)"), "&&"),
            where=text("choice_id IS NOT NULL"),
            using="gist",
            name="ex_plan_pause_of_choice",
        ),
        ExcludeConstraint(
            (text("int8range(client_id, client_id, '[]')"), "&&"),
            (text("daterange(first_day, last_day + 1)"), "&&"),
            where=text("client_id IS NOT NULL"),
            using="gist",
            name="ex_plan_pause_of_client",
        ),
        Index("ix_plan_pause_choice_id", "choice_id"),
        Index("ix_plan_pause_client_id", "client_id"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = mapped_column(SmallInteger)
    client_id: Mapped[int | None] = big_reference("client.id")
    choice_id: Mapped[int | None] = mapped_column(BigInteger)
    funding_id: Mapped[int | None] = mapped_column(BigInteger)
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = big_reference("person.id")


class PlanChange(Base):
    """A change of one planned visit of a choice: `day` and `number` are those of its pattern.

    From number 1000 on it is an extra visit. Columns that are NULL stay as the pattern has them. A cancelled
    visit keeps its other columns, so that it can be restored. Its `fee` columns are the most that it may
    still cost, in the share of the price, cents and units; `fee_cents` is NULL if the price was not known.
    All five are NULL for a visit that was cancelled before they were kept.
    """

    __tablename__ = "plan_change"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint(_START, name="start_minute"),
        CheckConstraint(_LENGTH, name="length_minutes"),
        CheckConstraint("quantity_hundredths > 0", name="quantity"),
        CheckConstraint(_EXTRA.strip(), name="extra"),
        one_of("cancelled_by", "client", "provider"),
        CheckConstraint(_CANCELLED.strip(), name="cancelled"),
        CheckConstraint("fee_share_percent BETWEEN 0 AND 100", name="fee_share"),
        CheckConstraint("fee_cents >= 0 AND fee_hundredths > 0", name="fee"),
        wide_reference("fk_plan_change_choice_id", "choice", "choice_id", "funding_id", "county_id"),
    )
    choice_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[Small] = mapped_column(primary_key=True)
    funding_id: Mapped[int] = mapped_column(BigInteger)
    county_id: Mapped[int] = mapped_column(SmallInteger)
    is_cancelled: Mapped[bool] = mapped_column(default=False)
    to_day: Mapped[date | None]
    start_minute: Mapped[int | None] = mapped_column(SmallInteger)
    length_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    quantity_hundredths: Mapped[Hundredths | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    fee_share_percent: Mapped[int | None] = mapped_column(SmallInteger)
    fee_cents: Mapped[Cents | None]
    fee_hundredths: Mapped[Hundredths | None]
    why: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")


class VisitLink(Base):
    """The address of a remote visit, which its provider gave. Shown until the visit ends, then deleted."""

    __tablename__ = "visit_link"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("address ~ '^https://[^/?#@]+' AND length(address) <= 500", name="address"),
        wide_reference("fk_visit_link_choice_id", "choice", "choice_id", "funding_id", "county_id"),
    )
    choice_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[Small] = mapped_column(primary_key=True)
    funding_id: Mapped[int] = mapped_column(BigInteger)
    county_id: Mapped[int] = mapped_column(SmallInteger)
    address: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = big_reference("person.id")
