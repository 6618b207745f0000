"""How long a county keeps messages, and the last day of each message.

The messages that are there keep the 24 months with which every county begins.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("county", sa.Column("message_months", sa.Integer(), nullable=False, server_default="24"))
    op.alter_column("county", "message_months", server_default=None)
    op.create_check_constraint("message_months", "county", "message_months BETWEEN 1 AND 600")
    op.add_column("message", sa.Column("last_day", sa.Date(), nullable=True))
    op.execute("ALTER TABLE message DISABLE TRIGGER unchanged")
    op.execute(
        "UPDATE message SET last_day = "
        "((sent_at AT TIME ZONE 'Europe/Helsinki') + interval '24 months')::date"
    )
    op.execute("ALTER TABLE message ENABLE TRIGGER unchanged")
    op.alter_column("message", "last_day", nullable=False)
    op.create_check_constraint(
        "last_day", "message", "last_day > (sent_at AT TIME ZONE 'Europe/Helsinki')::date"
    )
    op.create_index("ix_message_last_day", "message", ["last_day"])


def downgrade() -> None:
    """Drop them."""
    op.drop_column("message", "last_day")
    op.drop_column("county", "message_months")
