"""The rights of a mandate by name: to see, propose, choose, move money and answer visits.

Until now every mandate let its holder see, and its page said so: those keep that right. A right to choose let
its holder move money too, which no page said: nobody keeps that.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_COLUMNS = {"may_see": "true", "may_propose": "false", "may_move": "false"}
"""What the mandates of before get."""


def upgrade() -> None:
    """Add the columns; a mandate with another right and without that to see is refused."""
    for name, of_before in _COLUMNS.items():
        op.add_column(
            "mandate", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text(of_before))
        )
        op.alter_column("mandate", name, server_default=None)
    op.create_check_constraint(
        op.f("ck_mandate_sees_to_act"),
        "mandate",
        "may_see OR NOT (may_propose OR may_choose OR may_move OR may_confirm)",
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_constraint(op.f("ck_mandate_sees_to_act"), "mandate")
    for name in reversed(_COLUMNS):
        op.drop_column("mandate", name)
