"""What the early warnings were judged by, and the limits of a county's warnings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0095"
down_revision = "0105"
branch_labels = None
depends_on = None

CHECKS = {
    "state": "state IN ('waiting', 'accepted', 'rejected')",
    "decided": "(state = 'waiting') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
    "four_eyes": "state <> 'accepted' OR decided_by <> made_by",
    "why": "why <> ''",
    "limits": "jsonb_typeof(limits) = 'object' AND limits <> '{}'",
}
REFERENCES = {"county_id": "county.id", "made_by": "person.id", "decided_by": "person.id"}


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "judged_course",
        sa.Column("funding_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("known_day", sa.Date(), nullable=False),
        sa.Column("in_units", sa.Boolean(), nullable=False),
        sa.Column("delay_days", sa.Float(), nullable=False),
        sa.Column("course", JSONB(), nullable=True),
        sa.Column("before", JSONB(), nullable=True),
        sa.Column("choices", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_judged_course_county_id")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_judged_course_client_id")),
        sa.ForeignKeyConstraint(
            ["funding_id", "county_id"],
            ["funding.id", "funding.county_id"],
            name="fk_judged_course_funding_id",
        ),
        sa.PrimaryKeyConstraint("funding_id", name=op.f("pk_judged_course")),
    )
    op.create_index("ix_judged_course_county_id", "judged_course", ["county_id"])
    op.create_table(
        "threshold_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("limits", JSONB(), nullable=False),
        sa.Column("preview", JSONB(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        *(
            sa.CheckConstraint(check, name=op.f(f"ck_threshold_change_{name}"))
            for name, check in CHECKS.items()
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_threshold_change_{column}"))
            for column, target in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_change")),
    )
    op.create_index(
        "ux_threshold_change_waiting",
        "threshold_change",
        ["county_id"],
        unique=True,
        postgresql_where="state = 'waiting'",
    )
    op.create_index("ix_threshold_change_county_id", "threshold_change", ["county_id", "valid_from"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("threshold_change")
    op.drop_table("judged_course")
