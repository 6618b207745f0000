"""What a person has begun, for example a grant, is kept with their session instead of in the cookie.

The downgrade forgets what was begun; everything that was finished is elsewhere.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, its limit (bytes), and an index of the few sessions that have something begun."""
    op.add_column("web_session", sa.Column("drafts", postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.create_check_constraint(
        op.f("ck_web_session_drafts"), "web_session", "octet_length(drafts::text) <= 16384"
    )
    op.create_index(
        "ix_web_session_drafts", "web_session", ["used_at"], postgresql_where=sa.text("drafts IS NOT NULL")
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_web_session_drafts", "web_session")
    op.drop_column("web_session", "drafts")
