"""Messages between clients, workers and providers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "conversation",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=True),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("client_read", sa.Integer(), nullable=False),
        sa.Column("other_read", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("messages > 0", name=op.f("ck_conversation_messages")),
        sa.CheckConstraint("client_read BETWEEN 0 AND messages", name=op.f("ck_conversation_client_read")),
        sa.CheckConstraint("other_read BETWEEN 0 AND messages", name=op.f("ck_conversation_other_read")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_conversation_county_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_conversation_client_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_conversation_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversation")),
        sa.UniqueConstraint(
            "client_id",
            "provider_id",
            name=op.f("uq_conversation_client_id_provider_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    for of, where in (("county", "provider_id IS NULL"), ("provider", "provider_id IS NOT NULL")):
        op.create_index(
            f"ix_conversation_of_{of}", "conversation", [f"{of}_id", "last_at"], postgresql_where=where
        )
    _create_messages()


def _create_messages() -> None:
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("party IN ('client', 'provider', 'county')", name=op.f("ck_message_party")),
        sa.CheckConstraint("length(words) BETWEEN 1 AND 4000", name=op.f("ck_message_words")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_message_county_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversation.id"], name=op.f("fk_message_conversation_id")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["person.id"], name=op.f("fk_message_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("conversation_id", "number", name=op.f("uq_message_conversation_id_number")),
    )
    op.execute(
        "CREATE TRIGGER unchanged BEFORE UPDATE ON message FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("message")
    op.drop_table("conversation")
