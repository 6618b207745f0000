"""Why and from when the provider of a choice stops. Stopped choices are planned again to find it out."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0074"
branch_labels = None
depends_on = None

COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "stop_code": sa.Text(),
    "stops_on": sa.Date(),
    "stop_found_at": sa.DateTime(timezone=True),
}
STOP = "(stop_code IS NULL) = (stops_on IS NULL) AND (stop_found_at IS NULL OR stop_code IS NOT NULL)"
PLAN_AGAIN = """
INSERT INTO funding_to_replan (funding_id)
SELECT DISTINCT funding_id FROM choice WHERE stopped_by = 'rule'
ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    """Add the columns."""
    for name, kind in COLUMNS.items():
        op.add_column("choice", sa.Column(name, kind, nullable=True))
    op.create_check_constraint(op.f("ck_choice_stop"), "choice", STOP)
    op.create_index(
        "ix_choice_stop_found_at",
        "choice",
        ["county_id", "stops_on"],
        postgresql_where="stop_found_at IS NOT NULL",
    )
    op.execute(PLAN_AGAIN)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_choice_stop_found_at", "choice")
    for name in COLUMNS:
        op.drop_column("choice", name)
