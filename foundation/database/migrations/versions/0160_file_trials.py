"""The dry run of a long charge file is queued: its progress and its report, kept as long as the file.

The downgrade drops them; the uploaded files stay, and are tried again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0160"
down_revision = "0159"
branch_labels = None
depends_on = None

ROLE = "omatori_app"
PROVIDER = "(SELECT nullif(current_setting('omatori.provider', true), '')::bigint)"
OWN_FILE = (
    "EXISTS (SELECT FROM waiting_file p WHERE p.id = file_trial.waiting_file_id"
    f" AND p.provider_id = {PROVIDER})"
)


def upgrade() -> None:
    """Create the table, of which a provider sees its own rows."""
    op.create_table(
        "file_trial",
        sa.Column("waiting_file_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("report", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'stopped', 'failed', 'done')", name=op.f("ck_file_trial_state")
        ),
        sa.CheckConstraint("(state = 'done') = (report IS NOT NULL)", name=op.f("ck_file_trial_report")),
        sa.ForeignKeyConstraint(
            ["waiting_file_id"],
            ["waiting_file.id"],
            name=op.f("fk_file_trial_waiting_file_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_file_trial_asked_by")),
        sa.PrimaryKeyConstraint("waiting_file_id", name=op.f("pk_file_trial")),
    )
    op.execute("ALTER TABLE file_trial ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY context ON file_trial TO {ROLE} USING ({OWN_FILE})")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("file_trial")
