"""Sessions of people are rows, so that one that has ended stays ended.

Until now the session was only in a signed cookie: a copied cookie worked after the log-out, and a session that was used
never ended. Everybody logs in once more after this upgrade. The downgrade does the same.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; the stamp that it replaces goes."""
    op.create_table(
        "web_session",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role_grant_id", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_web_session_token_sha256")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_web_session_person_id_person")),
        sa.ForeignKeyConstraint(
            ["role_grant_id"], ["role_grant.id"], name=op.f("fk_web_session_role_grant_id_role_grant")
        ),
        sa.CheckConstraint(
            "begun_at <= used_at AND used_at <= ends_at", name=op.f("ck_web_session_in_order")
        ),
        sa.CheckConstraint("length(token_sha256) = 64", name=op.f("ck_web_session_digest")),
    )
    op.create_index("ix_web_session_person_id", "web_session", ["person_id"])
    op.drop_column("person", "session_stamp")


def downgrade() -> None:
    """Bring the stamp back and drop the table."""
    op.add_column(
        "person", sa.Column("session_stamp", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.alter_column("person", "session_stamp", server_default=None)
    op.drop_table("web_session")
