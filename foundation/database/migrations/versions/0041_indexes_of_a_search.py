"""Indexes that a search reads instead of rows: the newest state of an approval, and prices.

Offerings that reach every municipality of their county have a small index of their own. Beside the index of
served municipalities, it lets a search by place read only the offerings that it finds.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.drop_index("ix_approval_state_approval_id", "approval_state")
    newest_first: list[str | sa.TextClause] = ["approval_id", sa.text("from_day DESC"), sa.text("id DESC")]
    op.create_index(
        "ix_approval_state_approval_id", "approval_state", newest_first, postgresql_include=["state"]
    )
    op.drop_index("ix_price_offering_id", "price")
    shown = ["time_class_id", "unit_price_cents", "valid"]
    op.create_index("ix_price_offering_id", "price", ["offering_id"], postgresql_include=shown)
    op.create_index(
        "ix_offering_everywhere",
        "offering",
        ["county_id", "service_id"],
        postgresql_where=sa.text("cardinality(municipalities) = 0 OR remote"),
    )


def downgrade() -> None:
    """Restore the indexes of one column."""
    op.drop_index("ix_offering_everywhere", "offering")
    op.drop_index("ix_price_offering_id", "price")
    op.create_index("ix_price_offering_id", "price", ["offering_id"])
    op.drop_index("ix_approval_state_approval_id", "approval_state")
    op.create_index("ix_approval_state_approval_id", "approval_state", ["approval_id"])
