"""A provider changes its places itself: each has a version and a name of its own, and is of the offering's provider.

What is measured has known names only, which a search asks for. Nothing that is stored changes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0139"
down_revision = "0132"
branch_labels = None
depends_on = None

_CHECKS = {
    "coordinates": "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
    "access": "jsonb_typeof(access) = 'object' AND access - ARRAY['step_free', 'accessible_toilet', 'lift', "
    "'parking', 'hearing_loop', 'door_width_cm', 'measured_on'] = '{}'::jsonb",
}


def upgrade() -> None:
    """Add the version and the constraints."""
    op.add_column(
        "provider_unit", sa.Column("version", sa.BigInteger(), nullable=False, server_default=sa.text("1"))
    )
    for name, rule in _CHECKS.items():
        op.create_check_constraint(op.f(f"ck_provider_unit_{name}"), "provider_unit", rule)
    op.create_unique_constraint(
        op.f("uq_provider_unit_provider_id_name"), "provider_unit", ["provider_id", "name"]
    )
    op.create_unique_constraint("uq_provider_unit_id_provider", "provider_unit", ["id", "provider_id"])
    op.drop_constraint(op.f("fk_offering_unit_id"), "offering")
    op.create_foreign_key(
        op.f("fk_offering_unit_id_provider"),
        "offering",
        "provider_unit",
        ["unit_id", "provider_id"],
        ["id", "provider_id"],
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_constraint(op.f("fk_offering_unit_id_provider"), "offering")
    op.create_foreign_key(op.f("fk_offering_unit_id"), "offering", "provider_unit", ["unit_id"], ["id"])
    op.drop_constraint("uq_provider_unit_id_provider", "provider_unit")
    op.drop_constraint(op.f("uq_provider_unit_provider_id_name"), "provider_unit")
    for name in _CHECKS:
        op.drop_constraint(op.f(f"ck_provider_unit_{name}"), "provider_unit")
    op.drop_column("provider_unit", "version")
