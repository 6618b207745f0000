"""Photos of services and places, in two sizes, with what they show in words. The downgrade drops them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0141"
down_revision = "0152"
branch_labels = None
depends_on = None

TABLE, BIG, TEXT, WHOLE = "photo", sa.BigInteger(), sa.Text(), sa.Integer()
CHECKS = {
    "of": "num_nonnulls(offering_id, unit_id) = 1",
    "text": "text_fi || text_sv || text_en <> ''",
    "length": "length(text_fi) <= 300 AND length(text_sv) <= 300 AND length(text_en) <= 300",
    "bytes": "octet_length(large) <= 400000 AND octet_length(small) <= 12000",
    "hidden": "(hidden_at IS NULL) = (hidden_why = '')",
}


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        TABLE,
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("offering_id", BIG),
        sa.Column("unit_id", BIG),
        *(sa.Column(f"text_{language}", TEXT, nullable=False) for language in ("fi", "sv", "en")),
        sa.Column("large", sa.LargeBinary(), nullable=False),
        sa.Column("large_width", WHOLE, nullable=False),
        sa.Column("large_height", WHOLE, nullable=False),
        sa.Column("small", sa.LargeBinary(), nullable=False),
        sa.Column("small_width", WHOLE, nullable=False),
        sa.Column("small_height", WHOLE, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True)),
        sa.Column("hidden_by", BIG),
        sa.Column("hidden_why", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_photo_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_photo_provider_id")),
        sa.ForeignKeyConstraint(["hidden_by"], ["person.id"], name=op.f("fk_photo_hidden_by")),
        sa.ForeignKeyConstraint(
            ["offering_id", "provider_id"],
            ["offering.id", "offering.provider_id"],
            name="fk_photo_offering_id_provider",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id", "provider_id"],
            ["provider_unit.id", "provider_unit.provider_id"],
            name="fk_photo_unit_id_provider",
            ondelete="CASCADE",
        ),
    )
    for column in ("provider_id", "offering_id", "unit_id"):
        op.create_index(f"ix_photo_{column}", TABLE, [column])


def downgrade() -> None:
    """Drop it."""
    op.drop_table(TABLE)
