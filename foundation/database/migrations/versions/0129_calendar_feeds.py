"""Secret addresses for calendar programs. The downgrade drops them: calendars are no longer updated.

`visit_acts` counts the recorded changes of planned visits. The log shows requests few rows; a count and a time tell
nobody more than the visits themselves.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0129"
down_revision = "0135"
branch_labels = None
depends_on = None

TABLE = "calendar_feed"
MOMENT, BIG = sa.DateTime(timezone=True), sa.BigInteger()
VISIT_ACTS = """
CREATE FUNCTION visit_acts(choices bigint[]) RETURNS TABLE (choice_id bigint, acts bigint, last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT subject_id::bigint, count(*), max(at) FROM audit_event
  WHERE subject_kind = 'choice' AND act LIKE 'visit.%'
    AND subject_id = ANY (SELECT unnest(choices)::text) GROUP BY subject_id
$$
"""


def upgrade() -> None:
    """Add the table and the function."""
    op.create_table(
        TABLE,
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("role_grant_id", BIG, nullable=False),
        sa.Column("secret_sha256", sa.Text(), nullable=False),
        sa.Column("shows_names", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.CheckConstraint("length(secret_sha256) = 64", name=op.f("ck_calendar_feed_digest")),
        sa.CheckConstraint(
            "revoked_at >= made_at AND read_at >= made_at", name=op.f("ck_calendar_feed_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["role_grant_id"], ["role_grant.id"], name=op.f("fk_calendar_feed_role_grant_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_calendar_feed_secret_sha256")),
    )
    op.create_index(
        "uq_calendar_feed_open", TABLE, ["role_grant_id"], unique=True, postgresql_where="revoked_at IS NULL"
    )
    op.execute(VISIT_ACTS)


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION visit_acts(bigint[])")
    op.drop_table(TABLE)
