"""Of a person who left, the number stays and nothing that says who it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0152"
down_revision = "0146"
branch_labels = None
depends_on = None

REMOVED = (
    "removed_on IS NULL OR (name = '#' || id AND about = '' AND email IS NULL AND user_name IS NULL"
    " AND password_hash IS NULL AND identity_hash IS NULL)"
)


def upgrade() -> None:
    """Let a person be a number from a day on."""
    op.add_column("person", sa.Column("removed_on", sa.Date(), nullable=True))
    op.create_check_constraint(op.f("ck_person_removed"), "person", REMOVED)


def downgrade() -> None:
    """Forget since when; what was removed stays removed."""
    op.drop_constraint(op.f("ck_person_removed"), "person")
    op.drop_column("person", "removed_on")
