"""A client with a protected address has no place on the map: from a distance somebody could infer it.

The downgrade lets such a place be stored again; those that were forgotten are not known any more.
"""

from __future__ import annotations

from alembic import op

revision = "0116"
down_revision = "0109"
branch_labels = None
depends_on = None

CHECK = "NOT protected_address OR num_nonnulls(latitude, longitude) = 0"


def upgrade() -> None:
    """Forget those places, and store none."""
    op.execute("UPDATE client SET latitude = NULL, longitude = NULL WHERE protected_address")
    op.create_check_constraint(op.f("ck_client_protected_place"), "client", CHECK)


def downgrade() -> None:
    """Let them be stored."""
    op.drop_constraint(op.f("ck_client_protected_place"), "client")
