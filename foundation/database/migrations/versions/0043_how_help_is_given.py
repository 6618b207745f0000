"""How an offering's help is given: which ways of communication it supports, and whether at home.

Of offerings that exist, neither is known.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0043"
down_revision = "0039"
branch_labels = None
depends_on = None

_WAYS = "'plain_language', 'pictures', 'supported_signs', 'speech_device', 'writing', 'tactile_signs'"


def upgrade() -> None:
    """Add the columns."""
    ways: sa.Column[list[str]] = sa.Column(
        "communication", ARRAY(sa.Text()), server_default="{}", nullable=False
    )
    op.add_column("offering", ways)
    op.add_column("offering", sa.Column("home_visits", sa.Boolean(), nullable=True))
    op.create_check_constraint(
        op.f("ck_offering_communication"), "offering", f"communication <@ ARRAY[{_WAYS}]::text[]"
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("offering", "home_visits")
    op.drop_column("offering", "communication")
