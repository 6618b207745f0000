"""Applications of companies that want to be approved as providers, and their papers."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import (
    Base,
    BigKey,
    Whole,
    big_reference,
    one_of,
    partial_index,
    small_reference,
)

LARGEST_PAPER_BYTES = 2_000_000


class ProviderApplication(Base):
    """A company applies to one county. The answers are kept until it is submitted.

    Somebody without an account continues it by a link: only the SHA-256 of its code is stored. An owner of a
    provider in the register applies with `provider_id`. `question` is what the county asks for.
    """

    __tablename__ = "provider_application"
    __table_args__ = (
        one_of("state", "draft", "submitted", "more_needed", "decided", "withdrawn"),
        CheckConstraint("email = lower(email) AND email LIKE '_%@_%'", name="email"),
        CheckConstraint("business_id = '' OR business_id ~ '^[0-9]{7}-[0-9]$'", name="business_id"),
        CheckConstraint("length(code_sha256) = 64", name="digest"),
        CheckConstraint("(code_sha256 IS NULL) = (link_expires_at IS NULL)", name="link"),
        CheckConstraint("code_sha256 IS NOT NULL OR provider_id IS NOT NULL", name="applicant"),
        CheckConstraint(
            "state IN ('draft', 'withdrawn') OR (submitted_at IS NOT NULL AND business_id <> ''"
            " AND company_name <> '' AND contact_name <> '' AND phone <> '')",
            name="complete",
        ),
        CheckConstraint("(state = 'more_needed') = (question <> '')", name="question"),
        partial_index(
            "ix_provider_application_queue", "county_id", "submitted_at", where="state = 'submitted'"
        ),
        partial_index("ix_provider_application_provider_id", "provider_id", where="provider_id IS NOT NULL"),
    )
    id: Mapped[BigKey]
    county_id: Mapped[int] = small_reference("county.id")
    provider_id: Mapped[int | None] = big_reference("provider.id")
    state: Mapped[str]
    email: Mapped[str]
    language: Mapped[str]
    code_sha256: Mapped[str | None] = mapped_column(Text, unique=True)
    link_expires_at: Mapped[datetime | None]
    business_id: Mapped[str]
    company_name: Mapped[str]
    about: Mapped[str]
    website: Mapped[str]
    contact_name: Mapped[str]
    phone: Mapped[str]
    question: Mapped[str]
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]


class ApplicationService(Base):
    """A service that is applied for, with its municipalities (none: the whole county), and its decision."""

    __tablename__ = "application_service"
    __table_args__ = (
        one_of("state", "pending", "approved", "refused"),
        CheckConstraint(
            "(state = 'pending') = (decided_at IS NULL) AND (state = 'pending') = (decided_by IS NULL)",
            name="decided",
        ),
        CheckConstraint("(state = 'approved') = (first_day IS NOT NULL)", name="first_day"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="days"),
        CheckConstraint("state <> 'refused' OR why <> ''", name="why"),
        UniqueConstraint("application_id", "service_id"),
    )
    id: Mapped[BigKey]
    application_id: Mapped[int] = big_reference("provider_application.id")
    service_id: Mapped[int] = small_reference("service.id")
    municipalities: Mapped[list[str]]
    state: Mapped[str]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    why: Mapped[str]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = big_reference("person.id")


class ApplicationPaper(Base):
    """A paper of an application as a file. `media_type` is what its content is, not what the sender states.

    No name of the sender is stored: a saved file gets the program's own name.
    """

    __tablename__ = "application_paper"
    __table_args__ = (
        one_of("kind", "register_entry", "insurance", "prepayment_register"),
        one_of("media_type", "application/pdf", "image/png", "image/jpeg"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="days"),
        CheckConstraint(
            f"size = octet_length(content) AND size BETWEEN 1 AND {LARGEST_PAPER_BYTES}", name="size"
        ),
        UniqueConstraint("application_id", "kind"),
    )
    id: Mapped[BigKey]
    application_id: Mapped[int] = big_reference("provider_application.id")
    kind: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date | None]
    media_type: Mapped[str]
    size: Mapped[Whole]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_at: Mapped[datetime]
