"""Links by which people choose a new password. The downgrade drops them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0090"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "password_reset",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("code_sha256", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(code_sha256) = 64", name=op.f("ck_password_reset_digest")),
        sa.CheckConstraint(
            "expires_at > made_at AND expires_at <= made_at + interval '1 hour'",
            name=op.f("ck_password_reset_open"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_password_reset_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_password_reset")),
        sa.UniqueConstraint("code_sha256", name=op.f("uq_password_reset_code_sha256")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("password_reset")
