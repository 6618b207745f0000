"""Log-ins at other services: whom a service knows by which name, and log-ins that have begun there."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, one_of


class ExternalIdentity(Base):
    """The subject by which an issuer of OpenID Connect knows a person. An issuer knows a person once."""

    __tablename__ = "external_identity"
    __table_args__ = (
        CheckConstraint("length(subject) BETWEEN 1 AND 255", name="subject"),
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("person_id", "issuer"),
    )
    id: Mapped[BigKey]
    person_id: Mapped[int] = big_reference("person.id")
    issuer: Mapped[str]
    subject: Mapped[str]
    linked_at: Mapped[datetime]


class OpenIdAttempt(Base):
    """A log-in that has begun at a service, until the person comes back.

    Only the SHA-256 of its state, and of the token of the browser that began it, are stored. `person_id` is
    who confirms or connects an account. `held` are answers of a form, as `held_answers` signed them.
    """

    __tablename__ = "open_id_attempt"
    __table_args__ = (
        one_of("purpose", "log_in", "confirm", "connect"),
        CheckConstraint("length(state_sha256) = 64 AND length(browser_sha256) = 64", name="digests"),
        CheckConstraint("(purpose = 'log_in') = (person_id IS NULL)", name="person"),
        CheckConstraint("octet_length(held) <= 100000", name="held"),
        Index("ix_open_id_attempt_begun_at", "begun_at"),
        Index("ix_open_id_attempt_person_id", "person_id"),
    )
    id: Mapped[BigKey]
    service: Mapped[str]
    state_sha256: Mapped[str] = mapped_column(Text, unique=True)
    browser_sha256: Mapped[str]
    nonce: Mapped[str]
    verifier: Mapped[str]
    purpose: Mapped[str]
    person_id: Mapped[int | None] = big_reference("person.id")
    next_path: Mapped[str | None]
    held: Mapped[str | None]
    begun_at: Mapped[datetime]


class VerifiedSubject(Base):
    """Somebody whom a service has verified and who has no account yet, such as an invited person.

    The browser that came back holds the token, for some minutes. Of somebody who was verified by an identity
    code there is its keyed hash, and of the subject only the SHA-256.
    """

    __tablename__ = "verified_subject"
    __table_args__ = (
        CheckConstraint("length(token_sha256) = 64", name="digest"),
        CheckConstraint("length(subject) BETWEEN 1 AND 255", name="subject"),
        Index("ix_verified_subject_verified_at", "verified_at"),
    )
    id: Mapped[BigKey]
    token_sha256: Mapped[str] = mapped_column(Text, unique=True)
    service: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str]
    name: Mapped[str]
    identity_hash: Mapped[str | None]
    service_session: Mapped[str | None]
    second_factor_at: Mapped[datetime | None]
    verified_at: Mapped[datetime]
