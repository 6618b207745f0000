"""The catalogue of services, and what a county pays for each by default."""

from datetime import date

from sqlalchemy import CheckConstraint, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, Cents, one_of, small_reference


class Service(Base):
    """A service. Values, prices and charges are per unit of it.

    `vat_exemption` is the reason why an `exempt` one has no VAT; others have none.
    """

    __tablename__ = "service"
    __table_args__ = (
        one_of("unit", "hour", "visit", "day", "night", "month", "km", "piece"),
        one_of("vat_kind", "exempt", "general", "reduced"),
        one_of("vat_exemption", "health_care", "social_welfare"),
        CheckConstraint("(vat_kind = 'exempt') = (vat_exemption IS NOT NULL)", name="exempt"),
    )
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(Text, unique=True)
    unit: Mapped[str]
    vat_kind: Mapped[str]
    vat_exemption: Mapped[str | None]
    free_of_charge: Mapped[bool] = mapped_column(default=False)
    name_fi: Mapped[str]
    name_sv: Mapped[str]
    name_en: Mapped[str]
    about_fi: Mapped[str] = mapped_column(default="")
    about_sv: Mapped[str] = mapped_column(default="")
    about_en: Mapped[str] = mapped_column(default="")
    about_selko: Mapped[str] = mapped_column(default="")


class ServiceValue(Base):
    """What a county pays per unit of a service in a time class for a window, and its cap on the price.

    New grants copy them as their terms; existing grants keep theirs.
    """

    __tablename__ = "service_value"
    __table_args__ = (
        CheckConstraint("unit_value_cents >= 0", name="value"),
        CheckConstraint("price_cap_cents > 0", name="cap"),
        ExcludeConstraint(
            (text("int4range(county_id, county_id, '[]')"), "&&"),
            (text("int4range(service_id, service_id, '[]')"), "&&"),
            (text("int4range(time_class_id, time_class_id, '[]')"), "&&"),
            ("valid", "&&"),
            name="ex_service_value_one_at_a_time",
            using="gist",
        ),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    service_id: Mapped[int] = small_reference("service.id")
    time_class_id: Mapped[int] = small_reference("time_class.id")
    unit_value_cents: Mapped[Cents]
    price_cap_cents: Mapped[Cents | None]
    valid: Mapped[Range[date]]


class CountyService(Base):
    """A service that a county offers to its clients."""

    __tablename__ = "county_service"
    __table_args__ = (UniqueConstraint("county_id", "service_id"),)
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    service_id: Mapped[int] = small_reference("service.id")


class SearchWord(Base):
    """A word or phrase by which a county's clients find a service: what people call it.

    `text` is the text in which it is used: Finnish, Swedish, English or plain Finnish.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        one_of("text", "fi", "sv", "en", "selko"),
        CheckConstraint("length(word) BETWEEN 2 AND 60 AND word = btrim(word)", name="word"),
        UniqueConstraint("county_id", "service_id", "text", "word"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    service_id: Mapped[int] = small_reference("service.id")
    text: Mapped[str]
    word: Mapped[str]
