"""The refused rows of a charge file as they came, to be given back in the same form.

The downgrade drops them; the rows are still given back as CSV, from the refused charges.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0134"
down_revision = "0139"
branch_labels = None
depends_on = None

ROLE = "omatori_app"
PROVIDER = "(SELECT nullif(current_setting('omatori.provider', true), '')::bigint)"
OWN_FILE = (
    "EXISTS (SELECT FROM charge_file p WHERE p.id = charge_file_refused.charge_file_id"
    f" AND p.provider_id = {PROVIDER})"
)


def upgrade() -> None:
    """Create the table, of which a provider sees its own rows. Those of a county are no policy: a file may
    have rows of several counties."""
    op.create_table(
        "charge_file_refused",
        sa.Column("charge_file_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("kind IN ('csv', 'xlsx', 'xml')", name=op.f("ck_charge_file_refused_kind")),
        sa.ForeignKeyConstraint(
            ["charge_file_id"], ["charge_file.id"], name=op.f("fk_charge_file_refused_charge_file_id")
        ),
        sa.PrimaryKeyConstraint("charge_file_id", name=op.f("pk_charge_file_refused")),
    )
    op.execute("ALTER TABLE charge_file_refused ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY context ON charge_file_refused TO {ROLE} USING ({OWN_FILE})")


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("charge_file_refused")
