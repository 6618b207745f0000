"""The last run of each job, and every check of the books. The downgrade drops them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0081"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "job_run",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("succeeded", sa.Boolean(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("succeeded_at", MOMENT, nullable=True),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.CheckConstraint("(succeeded IS NULL) = (ended_at IS NULL)", name=op.f("ck_job_run_ended")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_run")),
    )
    op.create_table(
        "books_check",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.Column("first_difference", sa.Text(), nullable=False),
        sa.CheckConstraint("agrees = (first_difference = '')", name=op.f("ck_books_check_difference")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books_check")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("books_check")
    op.drop_table("job_run")
