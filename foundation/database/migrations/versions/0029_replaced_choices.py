"""Which choice another one replaces, and what the change took from it, so that an undo gives it back.

Changes of before are not known: their undo ends the new choice and leaves the old one as it is.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "replaces_id": sa.BigInteger(),
    "replaced_ends_on": sa.Date(),
    "replaced_planned_cents": sa.BigInteger(),
    "replaced_held_cents": sa.BigInteger(),
}


def upgrade() -> None:
    """Add the columns; a replaced choice is one of the same funding."""
    for name, kind in _COLUMNS.items():
        op.add_column("choice", sa.Column(name, kind, nullable=True))
    op.create_foreign_key(
        op.f("fk_choice_replaces_id"),
        "choice",
        "choice",
        ["replaces_id", "funding_id", "county_id"],
        ["id", "funding_id", "county_id"],
    )
    op.create_check_constraint(
        op.f("ck_choice_replaced"),
        "choice",
        "(replaces_id IS NULL) = (replaced_planned_cents IS NULL)"
        " AND (replaces_id IS NULL) = (replaced_held_cents IS NULL)"
        " AND (replaced_ends_on IS NULL OR replaces_id IS NOT NULL)",
    )
    op.create_check_constraint(op.f("ck_choice_replaced_held"), "choice", "replaced_held_cents >= 0")


def downgrade() -> None:
    """Drop them."""
    for name in reversed(_COLUMNS):
        op.drop_column("choice", name)
