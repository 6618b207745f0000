"""A county names its own contacts for advice and complaints; everybody reads them, the county writes them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0156"
down_revision = "0149"
branch_labels = None
depends_on = None

TABLE = "complaint_path"
ROLE = "omatori_app"
OWN = "county_id = (SELECT nullif(current_setting('omatori.county', true), '')::smallint)"
TEXTS = (
    *("name_fi", "name_sv", "name_en", "phone", "email", "web", "address", "hours_fi", "hours_sv"),
    *("hours_en", "note_fi", "note_sv", "note_en", "note_selko"),
)
CHECKS = {
    "kind": "kind IN ('ombudsman', 'objection', 'correction', 'authority')",
    "named": "name_fi <> '' AND name_sv <> '' AND name_en <> ''",
    "reached": "phone || email || web || address <> ''",
    "web": "web = '' OR web LIKE 'https://%'",
    "days_of_correction": "(kind = 'correction') = (days IS NOT NULL)",
    "days": "days BETWEEN 30 AND 365",
}


def upgrade() -> None:
    """Create the contacts."""
    op.create_table(
        TABLE,
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("days", sa.SmallInteger(), nullable=True),
        *[sa.CheckConstraint(text, name=op.f(f"ck_{TABLE}_{name}")) for name, text in CHECKS.items()],
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f(f"fk_{TABLE}_county_id")),
        sa.PrimaryKeyConstraint("county_id", "kind", name=op.f(f"pk_{TABLE}")),
    )
    op.execute(f"ALTER TABLE {TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY shown ON {TABLE} FOR SELECT TO {ROLE} USING (true)")
    op.execute(f"CREATE POLICY own_county ON {TABLE} TO {ROLE} USING ({OWN})")


def downgrade() -> None:
    """Drop them: the help page says the same for all counties again."""
    op.drop_table(TABLE)
