"""Log-ins at other services by OpenID Connect. The downgrade drops them: those people log in in another way."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0105"
down_revision = "0098"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and let sessions name the service of their log-in."""
    _external_identity()
    _open_id_attempt()
    _verified_subject()
    for column in ("service", "service_session", "subject_sha256"):
        op.add_column("web_session", sa.Column(column, sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_web_session_service_session"),
        "web_session",
        "service IS NOT NULL OR service_session IS NULL",
    )
    op.create_check_constraint(
        op.f("ck_web_session_service"), "web_session", "(service IS NULL) = (subject_sha256 IS NULL)"
    )
    op.create_index(
        "ix_web_session_service",
        "web_session",
        ["service", "subject_sha256"],
        postgresql_where=sa.text("service IS NOT NULL AND ended_at IS NULL"),
    )


def _external_identity() -> None:
    op.create_table(
        "external_identity",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(subject) BETWEEN 1 AND 255", name=op.f("ck_external_identity_subject")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_external_identity_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_external_identity_issuer_subject")),
        sa.UniqueConstraint("person_id", "issuer", name=op.f("uq_external_identity_person_id_issuer")),
    )


def _open_id_attempt() -> None:
    op.create_table(
        "open_id_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("state_sha256", sa.Text(), nullable=False),
        sa.Column("browser_sha256", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("next_path", sa.Text(), nullable=True),
        sa.Column("held", sa.Text(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('log_in', 'confirm', 'connect')", name=op.f("ck_open_id_attempt_purpose")
        ),
        sa.CheckConstraint(
            "length(state_sha256) = 64 AND length(browser_sha256) = 64",
            name=op.f("ck_open_id_attempt_digests"),
        ),
        sa.CheckConstraint(
            "(purpose = 'log_in') = (person_id IS NULL)", name=op.f("ck_open_id_attempt_person")
        ),
        sa.CheckConstraint("octet_length(held) <= 100000", name=op.f("ck_open_id_attempt_held")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_open_id_attempt_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_id_attempt")),
        sa.UniqueConstraint("state_sha256", name=op.f("uq_open_id_attempt_state_sha256")),
    )
    op.create_index("ix_open_id_attempt_begun_at", "open_id_attempt", ["begun_at"])
    op.create_index("ix_open_id_attempt_person_id", "open_id_attempt", ["person_id"])


def _verified_subject() -> None:
    op.create_table(
        "verified_subject",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("service_session", sa.Text(), nullable=True),
        sa.Column("second_factor_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_verified_subject_digest")),
        sa.CheckConstraint("length(subject) BETWEEN 1 AND 255", name=op.f("ck_verified_subject_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verified_subject")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_verified_subject_token_sha256")),
    )
    op.create_index("ix_verified_subject_verified_at", "verified_subject", ["verified_at"])


def downgrade() -> None:
    """Drop them."""
    for column in ("service", "service_session", "subject_sha256"):
        op.drop_column("web_session", column)
    for table in ("verified_subject", "open_id_attempt", "external_identity"):
        op.drop_table(table)
