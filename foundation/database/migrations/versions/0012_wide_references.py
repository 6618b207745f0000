"""Foreign keys of charges and postings over several columns, so that few of them are checked for each row.

A key that follows from a wider one is checked only for rows without the wider one, through a generated copy of its column
(docs/decisions/0082). More is checked than before: also that the parts belong together.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CHECKS = {
    "charge": "(funding_id IS NULL) = (county_id IS NULL) AND (choice_id IS NULL OR funding_id IS NOT NULL) "
    "AND (offering_id IS NULL OR (funding_id IS NOT NULL AND service_id IS NOT NULL))",
    "posting": "(charge_id IS NULL OR provider_id IS NOT NULL) "
    "AND (choice_id IS NULL OR funding_id IS NOT NULL)",
}
ALONE = (
    ("charge", "unchosen_funding_id", "funding_id", "choice_id", sa.BigInteger()),
    ("charge", "unoffered_provider_id", "provider_id", "offering_id", sa.BigInteger()),
    ("charge", "unoffered_service_id", "service_id", "offering_id", sa.SmallInteger()),
    ("posting", "unchosen_funding_id", "funding_id", "choice_id", sa.BigInteger()),
    ("posting", "unfunded_county_id", "county_id", "funding_id", sa.SmallInteger()),
    ("posting", "uncharged_provider_id", "provider_id", "charge_id", sa.BigInteger()),
)
WIDE_KEYS = (
    ("choice", "uq_choice_id_funding", ["id", "funding_id", "county_id"]),
    ("funding", "uq_funding_id_county", ["id", "county_id"]),
    ("offering", "uq_offering_id_provider", ["id", "provider_id", "county_id", "service_id"]),
)
NARROW = {
    "charge": ("county", "provider", "funding", "choice", "offering", "service"),
    "posting": ("county", "provider", "funding", "choice", "charge"),
    "choice": ("county", "funding"),
}
_FUNDING = ("funding", ["id", "county_id"])
_CHOICE = ("choice", ["id", "funding_id", "county_id"])
_OFFERING = ("offering", ["id", "provider_id", "county_id", "service_id"])
WIDE = (
    ("choice", "fk_choice_funding_id", ["funding_id", "county_id"], *_FUNDING),
    ("charge", "fk_charge_choice_id", ["choice_id", "funding_id", "county_id"], *_CHOICE),
    (
        "charge",
        "fk_charge_offering_id",
        ["offering_id", "provider_id", "county_id", "service_id"],
        *_OFFERING,
    ),
    ("charge", "fk_charge_funding_id", ["unchosen_funding_id", "county_id"], *_FUNDING),
    ("charge", "fk_charge_unoffered_provider_id", ["unoffered_provider_id"], "provider", ["id"]),
    ("charge", "fk_charge_unoffered_service_id", ["unoffered_service_id"], "service", ["id"]),
    ("posting", "fk_posting_charge_id", ["provider_id", "charge_id"], "charge", ["provider_id", "id"]),
    ("posting", "fk_posting_choice_id", ["choice_id", "funding_id", "county_id"], *_CHOICE),
    ("posting", "fk_posting_funding_id", ["unchosen_funding_id", "county_id"], *_FUNDING),
    ("posting", "fk_posting_unfunded_county_id", ["unfunded_county_id"], "county", ["id"]),
    ("posting", "fk_posting_uncharged_provider_id", ["uncharged_provider_id"], "provider", ["id"]),
)


def upgrade() -> None:
    """Replace the narrow keys with the wide ones."""
    for table, others in NARROW.items():
        for other in others:
            op.drop_constraint(op.f(f"fk_{table}_{other}_id"), table, type_="foreignkey")
    for table, name, value, unless, kind in ALONE:
        computed = sa.Computed(f"CASE WHEN {unless} IS NULL THEN {value} END", persisted=True)
        op.add_column(table, sa.Column(name, kind, computed, nullable=True))
    for table, name, columns in WIDE_KEYS:
        op.create_unique_constraint(op.f(name), table, columns)
    _index_of_providers(unique=True)
    for table, name, columns, other, keys in WIDE:
        op.create_foreign_key(op.f(name), table, other, columns, keys)
    for table, condition in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_{table}_keys"), table, condition)


def downgrade() -> None:
    """Restore the narrow keys."""
    for table in CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_keys"), table)
    for table, name, _columns, _other, _keys in reversed(WIDE):
        op.drop_constraint(op.f(name), table, type_="foreignkey")
    _index_of_providers(unique=False)
    for table, name, _columns in WIDE_KEYS:
        op.drop_constraint(op.f(name), table)
    for table, name, *_ in ALONE:
        op.drop_column(table, name)
    for table, others in NARROW.items():
        for other in others:
            op.create_foreign_key(op.f(f"fk_{table}_{other}_id"), table, other, [f"{other}_id"], ["id"])


def _index_of_providers(*, unique: bool) -> None:
    op.drop_index("ix_charge_provider_received", "charge")
    op.create_index("ix_charge_provider_received", "charge", ["provider_id", "id"], unique=unique)
