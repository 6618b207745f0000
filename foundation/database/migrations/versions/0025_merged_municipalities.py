"""Municipalities end, and others take their place: Pertunmaa (588) is part of Mäntyharju (507) since 1 January 2025.

Statistics Finland keeps the codes; an ended municipality keeps its row, so that its code and name are understood.
Clients, places and offerings are moved by a nightly job.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and end Pertunmaa where both municipalities are known."""
    op.add_column("municipality", sa.Column("ended_on", sa.Date(), nullable=True))
    op.add_column("municipality", sa.Column("successor_code", sa.Text(), nullable=True))
    op.create_foreign_key(
        op.f("fk_municipality_successor_code"), "municipality", "municipality", ["successor_code"], ["code"]
    )
    op.create_check_constraint(
        op.f("ck_municipality_successor"),
        "municipality",
        "(ended_on IS NULL) = (successor_code IS NULL) AND successor_code <> code",
    )
    op.execute(
        "UPDATE municipality SET ended_on = '2024-12-31', successor_code = '507' WHERE code = '588' "
        "AND EXISTS (SELECT 1 FROM municipality s WHERE s.code = '507')"
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_column("municipality", "successor_code")
    op.drop_column("municipality", "ended_on")
