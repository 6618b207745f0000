"""The provider register: providers, approvals, offerings and dated prices."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import DATEMULTIRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    Big,
    BigKey,
    Cents,
    Small,
    big_reference,
    one_of,
    small_reference,
)


class Provider(Base):
    """A company or association that provides services, with one account for all counties."""

    __tablename__ = "provider"
    __table_args__ = (
        CheckConstraint("business_id ~ '^[0-9]{7}-[0-9]$'", name="business_id"),
        Index(
            "ix_provider_name_words", text("to_tsvector('simple'::regconfig, name)"), postgresql_using="gin"
        ),
    )
    id: Mapped[BigKey]
    business_id: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    email: Mapped[str]
    phone: Mapped[str]
    website: Mapped[str] = mapped_column(default="")
    first_visit: Mapped[str] = mapped_column(default="")


class BankAccount(Base):
    """A provider's bank account; the newest is in use.

    The person who confirms it is not the one who entered it.
    """

    __tablename__ = "bank_account"
    __table_args__ = (
        CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL) AND (confirmed_by IS NULL OR entered_by IS NULL "
            "OR confirmed_by <> entered_by)",
            name="confirmed_by_another",
        ),
        Index("ix_bank_account_provider_id", "provider_id"),
    )
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    iban: Mapped[str]
    bic: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = big_reference("person.id")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = big_reference("person.id")


class ProviderPaper(Base):
    """A paper that must be valid on the service day (R-15)."""

    __tablename__ = "provider_paper"
    __table_args__ = (
        one_of("kind", "register_entry", "insurance", "prepayment_register"),
        Index("ix_provider_paper_provider_id", "provider_id"),
    )
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    kind: Mapped[str]
    valid: Mapped[Range[date]]


class ProviderUnit(Base):
    """A place of a provider.

    `access` is what was measured of its accessibility, and when. `version` is the ETag.
    """

    __tablename__ = "provider_unit"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="coordinates"),
        CheckConstraint(
            "jsonb_typeof(access) = 'object' AND access - ARRAY['step_free', 'accessible_toilet', 'lift', "
            "'parking', 'hearing_loop', 'door_width_cm', 'measured_on'] = '{}'::jsonb",
            name="access",
        ),
        UniqueConstraint("provider_id", "name"),
        UniqueConstraint("id", "provider_id", name="uq_provider_unit_id_provider"),
        Index("ix_provider_unit_provider_id", "provider_id"),
    )
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    name: Mapped[str]
    street: Mapped[str]
    municipality_code: Mapped[str] = mapped_column(Text, ForeignKey("municipality.code"))
    latitude: Mapped[float]
    longitude: Mapped[float]
    access: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(BigInteger, default=1, server_default=text("1"))


class Approval(Base):
    """A county's approval of a provider for one service. See `ApprovalState`.

    An offering of the service serves no other municipalities than these; none: the whole county.
    """

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("provider_id", "county_id", "service_id"),)
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    provider_id: Mapped[int] = big_reference("provider.id")
    service_id: Mapped[int] = small_reference("service.id")
    municipalities: Mapped[list[str]] = mapped_column(default=list, server_default="{}")


class ApprovalState(Base):
    """The state of an approval from a day on. The last row of a day counts."""

    __tablename__ = "approval_state"
    __table_args__ = (
        one_of("state", "pending", "approved", "suspended", "ended"),
        Index(
            "ix_approval_state_approval_id",
            "approval_id",
            text("from_day DESC"),
            text("id DESC"),
            postgresql_include=["state"],
        ),
    )
    id: Mapped[BigKey]
    approval_id: Mapped[int] = big_reference("approval.id")
    state: Mapped[str]
    from_day: Mapped[date]
    why: Mapped[str] = mapped_column(default="")
    set_at: Mapped[datetime]
    set_by: Mapped[int | None] = big_reference("person.id")


class Offering(Base):
    """A provider's service in one county. `version` is the ETag.

    `communication` has the ways of communication that it supports beside its languages. `home_visits` says
    whether it comes to the client's home; None: not known. `next_free_on` is what the provider typed: if it
    gives hours of the week, `FreeTimes` says when it is free.
    """

    __tablename__ = "offering"
    __table_args__ = (
        CheckConstraint("cancel_notice_hours >= 0", name="notice"),
        CheckConstraint("cancel_share_percent BETWEEN 0 AND 100", name="share"),
        CheckConstraint(
            "communication <@ ARRAY['plain_language', 'pictures', 'supported_signs', 'speech_device', "
            "'writing', 'tactile_signs']::text[]",
            name="communication",
        ),
        CheckConstraint("cardinality(municipalities) <= 400", name="municipalities"),
        ForeignKeyConstraint(
            ["unit_id", "provider_id"],
            ["provider_unit.id", "provider_unit.provider_id"],
            name="fk_offering_unit_id_provider",
        ),
        UniqueConstraint("id", "provider_id", "county_id", "service_id", name="uq_offering_id_provider"),
        UniqueConstraint("id", "provider_id", name="uq_offering_of_provider"),
        Index("ix_offering_county_service", "county_id", "service_id"),
        Index("ix_offering_provider_id", "provider_id"),
        Index(
            "ix_offering_title_words",
            text("to_tsvector('simple'::regconfig, title)"),
            postgresql_using="gin",
        ),
        Index(
            "ix_offering_about_words",
            text("to_tsvector('simple'::regconfig, about)"),
            postgresql_using="gin",
        ),
    )
    id: Mapped[BigKey]
    provider_id: Mapped[int] = big_reference("provider.id")
    county_id: Mapped[int] = small_reference("county.id")
    service_id: Mapped[int] = small_reference("service.id")
    unit_id: Mapped[int | None] = mapped_column(BigInteger)
    title: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    unit: Mapped[str]
    languages: Mapped[list[str]]
    municipalities: Mapped[list[str]]
    remote: Mapped[bool] = mapped_column(default=False)
    communication: Mapped[list[str]] = mapped_column(default=list, server_default="{}")
    home_visits: Mapped[bool | None]
    next_free_on: Mapped[date | None]
    cancel_notice_hours: Mapped[Small] = mapped_column(default=24)
    cancel_share_percent: Mapped[Small] = mapped_column(default=0)
    published: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(BigInteger, default=1)


class ListedOffering(Base):
    """What a search reads of an offering that is published and approved on some day (docs/decisions/0188).

    Triggers keep it the same as the view `offering_laid_out`; the program has no right to write it.
    `approved` are the days of the approval; the place and its `access` are those of the offering's unit.
    """

    __tablename__ = "listed_offering"
    __table_args__ = (
        Index("ix_listed_offering_provider_id", "provider_id"),
        Index("ix_listed_offering_service_id", "service_id"),
        Index(
            "ix_listed_offering_counted",
            "service_id",
            "county_id",
            postgresql_include=["municipalities", "languages", "remote", "approved"],
        ),
        Index("ix_listed_offering_municipalities", "municipalities", postgresql_using="gin"),
        Index(
            "ix_listed_offering_everywhere",
            "county_id",
            "service_id",
            postgresql_where=text("cardinality(municipalities) = 0 OR remote"),
        ),
    )
    offering_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("offering.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    provider_id: Mapped[Big]
    county_id: Mapped[Small]
    service_id: Mapped[Small]
    municipalities: Mapped[list[str]]
    languages: Mapped[list[str]]
    remote: Mapped[bool]
    communication: Mapped[list[str]]
    home_visits: Mapped[bool | None]
    next_free_on: Mapped[date | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    access: Mapped[dict[str, Any] | None]
    approved: Mapped[Any] = mapped_column(DATEMULTIRANGE)


class Price(Base):
    """An offering's price per unit in a time class for a window. Windows of one class never overlap."""

    __tablename__ = "price"
    __table_args__ = (
        CheckConstraint("unit_price_cents > 0", name="positive"),
        ExcludeConstraint(
            (text("int8range(offering_id, offering_id, '[]')"), "&&"),
            (text("int4range(time_class_id, time_class_id, '[]')"), "&&"),
            ("valid", "&&"),
            name="ex_price_one_at_a_time",
            using="gist",
        ),
        Index(
            "ix_price_offering_id",
            "offering_id",
            postgresql_include=["time_class_id", "unit_price_cents", "valid"],
        ),
    )
    id: Mapped[BigKey]
    offering_id: Mapped[int] = big_reference("offering.id")
    time_class_id: Mapped[int] = small_reference("time_class.id")
    unit_price_cents: Mapped[Cents]
    valid: Mapped[Range[date]]
    version: Mapped[Big] = mapped_column(default=1)
