"""Counties, their municipalities, and their calendar of time classes."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Cents,
    Small,
    Whole,
    one_of,
    small_reference,
)
from foundation.vocabulary.complaint_kinds import ComplaintKind


class County(Base):
    """A wellbeing services county: settings, and the account that it pays from.

    `bank_letters`: `nordic` if its bank takes å, ä and ö in names of a bank file, `basic` if it does not.
    A message that is sent now is kept for `message_months`. `late_days` is what the county began with;
    `LateDaysChange` has the later ones.
    """

    __tablename__ = "county"
    __table_args__ = (
        CheckConstraint("late_days >= 0", name="late_days"),
        CheckConstraint("code ~ '^[0-9]{2}$'", name="code"),
        CheckConstraint("message_months BETWEEN 1 AND 600", name="message_months"),
        one_of("bank_letters", "basic", "nordic"),
    )
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(Text, unique=True)
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    business_id: Mapped[str]
    phone: Mapped[str]
    late_days: Mapped[Whole] = mapped_column(default=60)
    iban: Mapped[str]
    bic: Mapped[str]
    sampling: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    bank_letters: Mapped[str] = mapped_column(default="nordic")
    message_months: Mapped[Whole] = mapped_column(default=24)


class Municipality(Base):
    """A municipality of a county (Statistics Finland code), with the coordinates of its centre.

    An ended one keeps its row: `ended_on` is its last day, and `successor_code` the one it became part of.
    """

    __tablename__ = "municipality"
    __table_args__ = (
        CheckConstraint(
            "(ended_on IS NULL) = (successor_code IS NULL) AND successor_code <> code", name="successor"
        ),
    )
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    county_id: Mapped[int] = small_reference("county.id")
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    ended_on: Mapped[date | None]
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))


class TimeClass(Base):
    """A time class: times of the week with a price of their own. `any` (key 0) means every class."""

    __tablename__ = "time_class"
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(Text, unique=True)
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]


class LateDaysChange(Base):
    """For how many days after a visit the county takes charges that come in from a day on."""

    __tablename__ = "late_days_change"
    __table_args__ = (CheckConstraint("late_days >= 0", name="late_days"),)
    county_id: Mapped[int] = mapped_column(ForeignKey("county.id"), primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    late_days: Mapped[Whole]


class CountyAddress(Base):
    """The county's postal address on invoices of payment runs that are approved from a day on."""

    __tablename__ = "county_address"
    __table_args__ = (
        CheckConstraint("street <> '' AND town <> '' AND postcode ~ '^[0-9]{5}$'", name="address"),
    )
    county_id: Mapped[int] = mapped_column(ForeignKey("county.id"), primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    street: Mapped[str]
    postcode: Mapped[str]
    town: Mapped[str]


class ComplaintPath(Base):
    """Whom the county's clients turn to for advice or with a complaint of a kind (`ComplaintKind`).

    An empty text: the county does not give it. `days`: in how many a correction of a decision is claimed.
    """

    __tablename__ = "complaint_path"
    __table_args__ = (
        one_of("kind", *(kind.value for kind in ComplaintKind)),
        CheckConstraint("name_fi <> '' AND name_sv <> '' AND name_en <> ''", name="named"),
        CheckConstraint("phone || email || web || address <> ''", name="reached"),
        CheckConstraint("web = '' OR web LIKE 'https://%'", name="web"),
        CheckConstraint("(kind = 'correction') = (days IS NOT NULL)", name="days_of_correction"),
        CheckConstraint("days BETWEEN 30 AND 365", name="days"),
    )
    county_id: Mapped[int] = mapped_column(ForeignKey("county.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    phone: Mapped[str]
    email: Mapped[str]
    web: Mapped[str]
    address: Mapped[str]
    hours_fi: Mapped[str]
    hours_sv: Mapped[str]
    hours_en: Mapped[str]
    note_fi: Mapped[str]
    note_sv: Mapped[str]
    note_en: Mapped[str]
    note_selko: Mapped[str]
    days: Mapped[Small | None]


class SettlementCalendar(Base):
    """On which days the county pays the charges that come in from a day on (docs/decisions/0226).

    Every week on `weekday` (Monday is 0), or every month on one or two days (31: its last one).
    `cut_off_days`: how many bank days before its pay day a charge must have come in. A row without days and
    without it: from then on the county has no pay days.
    """

    __tablename__ = "settlement_calendar"
    __table_args__ = (
        CheckConstraint("num_nonnulls(weekday, month_day) = num_nonnulls(cut_off_days)", name="one_kind"),
        CheckConstraint("weekday BETWEEN 0 AND 4", name="weekday"),
        CheckConstraint("month_day BETWEEN 1 AND 31", name="month_day"),
        CheckConstraint(
            "second_month_day IS NULL"
            " OR (month_day IS NOT NULL AND second_month_day > month_day AND second_month_day <= 31)",
            name="second_month_day",
        ),
        CheckConstraint("cut_off_days BETWEEN 2 AND 20", name="cut_off_days"),
    )
    county_id: Mapped[int] = mapped_column(ForeignKey("county.id"), primary_key=True)
    from_day: Mapped[date] = mapped_column(primary_key=True)
    weekday: Mapped[Small | None]
    month_day: Mapped[Small | None]
    second_month_day: Mapped[Small | None]
    cut_off_days: Mapped[Small | None]


class CalendarRange(Base):
    """In this county, on this kind of day, the minutes [from_minute, to_minute) are in this time class.

    The ranges with one `from_day` are a whole calendar, in force until the next one begins.
    """

    __tablename__ = "calendar_range"
    __table_args__ = (
        CheckConstraint(
            "0 <= from_minute AND from_minute < to_minute AND to_minute <= 1440",
            name="minutes",
        ),
        one_of("day_kind", "weekday", "saturday", "sunday_or_holiday"),
        UniqueConstraint(
            "county_id", "from_day", "day_kind", "from_minute", name="uq_calendar_range_version"
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    day_kind: Mapped[str]
    from_minute: Mapped[Small]
    to_minute: Mapped[Small]
    time_class_id: Mapped[int] = small_reference("time_class.id")
    from_day: Mapped[date] = mapped_column(default=date.min, server_default="0001-01-01")


class CostCentre(Base):
    """The cost centre that a grant is paid from, with its appropriation for the year in whole cents."""

    __tablename__ = "cost_centre"
    __table_args__ = (UniqueConstraint("county_id", "code"),)
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    code: Mapped[str]
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    appropriation_cents: Mapped[Cents]
