"""People who log in, their sessions, roles and keys, and who may act for whom."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.columns import Base, BigKey, big_reference, one_of, partial_index, small_reference
from foundation.vocabulary.key_scopes import KeyScope
from foundation.vocabulary.roles import Role

ROLES = ", ".join(f"'{role}'" for role in Role)
SCOPES = ", ".join(f"'{scope}'" for scope in KeyScope)
SEES_TO_ACT = "may_see OR NOT (may_propose OR may_choose OR may_move OR may_confirm)"
OF_A_GUARDIAN = "kind = 'guardian' OR (guardianship IS NULL AND document_number IS NULL)"
GRANTING_LIMIT = "granting_limit_cents IS NULL OR (granting_limit_cents > 0 AND role = 'worker')"
REMOVED = (
    "removed_on IS NULL OR (name = '#' || id AND about = '' AND email IS NULL AND user_name IS NULL"
    " AND password_hash IS NULL AND identity_hash IS NULL)"
)
SHAPE_OF_USER_NAME = "user_name ~ '^[a-z]{2,12}[0-9]{5}$'"
GUARDIANSHIPS = ("guardian", "limited_capacity", "continuing_power")
"""A guardian (Act 442/1999), one whose client's capacity has been limited by a court, and the holder of a
continuing power of attorney (Act 648/2007)."""


class Person(Base):
    """A person who can log in.

    `identity_hash` is a keyed hash of the identity code; the code is not stored. `user_name` is what a client
    without an e-mail address logs in with. From `removed_on` on only the number stays of who has left.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(SHAPE_OF_USER_NAME, name="user_name"),
        CheckConstraint(REMOVED, name="removed"),
    )
    id: Mapped[BigKey]
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(Text, unique=True)
    user_name: Mapped[str | None] = mapped_column(Text, unique=True)
    password_hash: Mapped[str | None]
    identity_hash: Mapped[str | None] = mapped_column(Text, unique=True)
    language: Mapped[str] = mapped_column(default="fi")
    about: Mapped[str] = mapped_column(default="")
    is_demo: Mapped[bool] = mapped_column(default=False)
    removed_on: Mapped[date | None]


class RoleGrant(Base):
    """A role of a person in a county, at a provider or as a client, for a time.

    An empty `valid` is a role that ended before its second day. `given_by` is the administrator who invited
    the person; the operator of the machine is none. `granting_limit_cents` is the most that a case worker may
    grant in one decision. A substitute holds the role in place of `substitute_for` and has a last day.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(f"role IN ({ROLES})", name="role"),
        CheckConstraint(
            "CASE WHEN role LIKE 'provider%' THEN provider_id IS NOT NULL "
            "WHEN role = 'client' THEN client_id IS NOT NULL "
            "WHEN role IN ('representative', 'admin') THEN true ELSE county_id IS NOT NULL END",
            name="scope",
        ),
        CheckConstraint("given_by <> person_id", name="not_to_oneself"),
        CheckConstraint(GRANTING_LIMIT, name="granting_limit"),
        CheckConstraint(
            "substitute_for IS NULL OR (substitute_for <> person_id AND NOT upper_inf(valid))",
            name="substitute",
        ),
        Index("ix_role_grant_person_id", "person_id"),
    )
    id: Mapped[BigKey]
    person_id: Mapped[int] = big_reference("person.id")
    role: Mapped[str]
    county_id: Mapped[int | None] = small_reference("county.id")
    provider_id: Mapped[int | None] = big_reference("provider.id")
    client_id: Mapped[int | None] = big_reference("client.id")
    valid: Mapped[Range[date]]
    given_by: Mapped[int | None] = big_reference("person.id")
    granting_limit_cents: Mapped[int | None] = mapped_column(BigInteger)
    substitute_for: Mapped[int | None] = big_reference("person.id")


class WebSession(Base):
    """A person's session in one browser, in one role. Only the SHA-256 of its token is stored.

    `drafts` is what the person has begun, by name (`foundation.web.identity.drafts`). A session that needs a
    second factor opens nothing before `second_factor_at`. If the person logged in at another service, its
    name is `service`, `service_session` is its session there, and of its subject there is the SHA-256.
    """

    __tablename__ = "web_session"
    __table_args__ = (
        CheckConstraint("begun_at <= used_at AND used_at <= ends_at", name="in_order"),
        CheckConstraint("length(token_sha256) = 64", name="digest"),
        CheckConstraint("octet_length(drafts::text) <= 16384", name="drafts"),
        Index("ix_web_session_person_id", "person_id"),
        CheckConstraint("service IS NOT NULL OR service_session IS NULL", name="service_session"),
        CheckConstraint("(service IS NULL) = (subject_sha256 IS NULL)", name="service"),
        partial_index("ix_web_session_drafts", "used_at", where="drafts IS NOT NULL"),
        partial_index(
            "ix_web_session_service",
            "service",
            "subject_sha256",
            where="service IS NOT NULL AND ended_at IS NULL",
        ),
    )
    id: Mapped[BigKey]
    token_sha256: Mapped[str] = mapped_column(Text, unique=True)
    person_id: Mapped[int] = big_reference("person.id")
    role_grant_id: Mapped[int] = big_reference("role_grant.id")
    begun_at: Mapped[datetime]
    used_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    needs_second_factor: Mapped[bool] = mapped_column(default=False)
    second_factor_at: Mapped[datetime | None]
    drafts: Mapped[dict[str, Any] | None]
    service: Mapped[str | None]
    service_session: Mapped[str | None]
    subject_sha256: Mapped[str | None]


class ApiKey(Base):
    """A key for programs, with one role. Only the SHA-256 of its secret is stored.

    Without `scopes` it may do whatever the role may. After a rotation the secret of before works until
    the day `previous_until`, included. `used_on` is the last day on which a program used it.
    """

    __tablename__ = "api_key"
    __table_args__ = (
        CheckConstraint(f"scopes <@ ARRAY[{SCOPES}] AND cardinality(scopes) > 0", name="scopes"),
        CheckConstraint(
            "(previous_sha256 IS NULL) = (previous_until IS NULL)"
            " AND (previous_sha256 IS NULL) = (previous_hint IS NULL)",
            name="previous",
        ),
        CheckConstraint("previous_sha256 <> key_sha256", name="rotated"),
    )
    id: Mapped[BigKey]
    person_id: Mapped[int] = big_reference("person.id")
    role_grant_id: Mapped[int] = big_reference("role_grant.id")
    label: Mapped[str]
    key_sha256: Mapped[str] = mapped_column(Text, unique=True)
    hint: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    scopes: Mapped[list[str] | None] = mapped_column(ARRAY(Text))
    last_day: Mapped[date | None]
    used_on: Mapped[date | None]
    rotated_at: Mapped[datetime | None]
    previous_sha256: Mapped[str | None] = mapped_column(Text, unique=True)
    previous_hint: Mapped[str | None]
    previous_until: Mapped[date | None]


class Mandate(Base):
    """What a support person or guardian may do for a client, each right by its name, until a day.

    Every other right includes that to see: the database refuses a mandate that has one without it. Unless
    `all_fundings`, the rights are for the fundings of `MandateFunding` only. A change
    of the terms is a row of its own from its first day on, and the row of before ends the day before: on a
    day, one row of a person and a client is in force.
    """

    __tablename__ = "mandate"
    __table_args__ = (
        one_of("kind", "support_person", "guardian"),
        one_of("guardianship", *GUARDIANSHIPS),
        CheckConstraint(SEES_TO_ACT, name="sees_to_act"),
        CheckConstraint(OF_A_GUARDIAN, name="of_a_guardian"),
        UniqueConstraint("id", "client_id", name="uq_mandate_id_client"),
        partial_index("ix_mandate_person_id", "person_id", where="revoked_at IS NULL"),
        ExcludeConstraint(
            (text("int8range(client_id, client_id, '[]')"), "&&"),
            (text("int8range(person_id, person_id, '[]')"), "&&"),
            ("valid", "&&"),
            where=text("revoked_at IS NULL"),
            using="gist",
            name="ex_mandate_in_force",
        ),
        Index("ix_mandate_client_id", "client_id"),
    )
    id: Mapped[BigKey]
    client_id: Mapped[int] = big_reference("client.id")
    person_id: Mapped[int] = big_reference("person.id")
    kind: Mapped[str]
    guardianship: Mapped[str | None]
    document_number: Mapped[str | None]
    may_see: Mapped[bool] = mapped_column(default=False)
    may_propose: Mapped[bool] = mapped_column(default=False)
    may_choose: Mapped[bool] = mapped_column(default=False)
    may_move: Mapped[bool] = mapped_column(default=False)
    may_confirm: Mapped[bool] = mapped_column(default=False)
    all_fundings: Mapped[bool] = mapped_column(default=True)
    valid: Mapped[Range[date]]
    revoked_at: Mapped[datetime | None]
