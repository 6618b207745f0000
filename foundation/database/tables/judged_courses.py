"""What the early warnings were judged by last, and the limits of a county's warnings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    big_reference,
    one_of,
    partial_index,
    small_reference,
    wide_reference,
)


class JudgedCourse(Base):
    """What the warnings about an open funding with a plan were judged by last (docs/decisions/0177).

    `before` is the course of the judgement a week earlier. A preview of other limits reads these rows.
    """

    __tablename__ = "judged_course"
    __table_args__ = (
        wide_reference("fk_judged_course_funding_id", "funding", "funding_id", "county_id"),
        Index("ix_judged_course_county_id", "county_id"),
    )
    funding_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    county_id: Mapped[int] = small_reference("county.id")
    client_id: Mapped[int] = big_reference("client.id")
    judged_on: Mapped[date]
    known_day: Mapped[date]
    in_units: Mapped[bool]
    delay_days: Mapped[float]
    course: Mapped[dict[str, Any] | None]
    before: Mapped[dict[str, Any] | None]
    choices: Mapped[list[Any]]


class ThresholdChange(Base):
    """A version of the limits of a county's early warnings, from a day on (docs/decisions/0177).

    It is in force from `valid_from` once another person has accepted it; the newest of a day counts.
    `limits` are all limits by name. `preview` is what the person who proposed it saw: for each rule how many
    warnings were open with the limits before, and with these.
    """

    __tablename__ = "threshold_change"
    __table_args__ = (
        one_of("state", "waiting", "accepted", "rejected"),
        CheckConstraint(
            "(state = 'waiting') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
            name="decided",
        ),
        CheckConstraint("state <> 'accepted' OR decided_by <> made_by", name="four_eyes"),
        CheckConstraint("why <> ''", name="why"),
        CheckConstraint("jsonb_typeof(limits) = 'object' AND limits <> '{}'", name="limits"),
        partial_index("ux_threshold_change_waiting", "county_id", where="state = 'waiting'", unique=True),
        Index("ix_threshold_change_county_id", "county_id", "valid_from"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    valid_from: Mapped[date]
    limits: Mapped[dict[str, Any]]
    preview: Mapped[dict[str, Any]]
    why: Mapped[str]
    state: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int] = big_reference("person.id")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = big_reference("person.id")
