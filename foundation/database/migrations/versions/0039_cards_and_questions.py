"""Clients' cards, and their questions why somebody used their data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    _add_cards()
    _add_questions()


def _add_cards() -> None:
    op.create_table(
        "card",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("reference ~ '^[0-9A-HJKMNP-TV-Z]{16}$'", name=op.f("ck_card_reference")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_card_days")),
        sa.CheckConstraint("cancelled_at >= issued_at", name=op.f("ck_card_in_order")),
        sa.CheckConstraint(
            "cancelled_by IS NULL OR cancelled_at IS NOT NULL", name=op.f("ck_card_cancelled")
        ),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_card_county_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_card_client_id")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_card_issued_by")),
        sa.ForeignKeyConstraint(["cancelled_by"], ["person.id"], name=op.f("fk_card_cancelled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("reference", name=op.f("uq_card_reference")),
    )
    op.create_index("ix_card_client_id", "card", ["client_id"])
    op.create_index(
        "ux_card_in_force", "card", ["client_id"], unique=True, postgresql_where="cancelled_at IS NULL"
    )


def _add_questions() -> None:
    op.create_table(
        "look_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("looker_id", sa.BigInteger(), nullable=False),
        sa.Column("looker_name", sa.Text(), nullable=False),
        sa.Column("looker_role", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        *_question_checks(),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_look_question_county_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_look_question_client_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_look_question_provider_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_look_question_asked_by")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_look_question_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_question")),
    )
    op.create_index("ix_look_question_client_id", "look_question", ["client_id"])
    is_open = "answered_at IS NULL"
    op.create_index(
        "ix_look_question_open", "look_question", ["county_id", "provider_id"], postgresql_where=is_open
    )
    op.create_index(
        "ux_look_question_open",
        "look_question",
        ["client_id", "day", "looker_id"],
        unique=True,
        postgresql_where=is_open,
    )


def _question_checks() -> list[sa.CheckConstraint]:
    checks = {
        "answered": "(answered_at IS NULL) = (answer IS NULL)",
        "answer": "answer <> ''",
        "answerer": "answered_by IS NULL OR answered_at IS NOT NULL",
        "in_order": "answered_at >= asked_at",
        "length": "length(question) <= 2000 AND length(answer) <= 2000",
    }
    return [sa.CheckConstraint(text, name=op.f(f"ck_look_question_{name}")) for name, text in checks.items()]


def downgrade() -> None:
    """Drop them."""
    op.drop_table("look_question")
    op.drop_table("card")
