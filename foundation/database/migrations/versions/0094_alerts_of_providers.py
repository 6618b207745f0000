"""Early warnings about providers, about vouchers that are not used or end, and about the own share.

The downgrade deletes the warnings that the earlier program does not know.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0086"
branch_labels = None
depends_on = None

OF_CLIENTS = "'goes_too_fast', 'ends_soon', 'level', 'stopped', 'cannot_use'"
NEW_OF_CLIENTS = "'not_started', 'own_share_grew', 'ending', 'unused'"
OF_PROVIDERS = "'reports_late', 'provider_at_risk'"
SUBJECT = (
    f"CASE WHEN rule IN ({OF_PROVIDERS}) THEN provider_id IS NOT NULL "
    "AND num_nonnulls(client_id, funding_id) = 0 "
    "ELSE provider_id IS NULL AND num_nulls(client_id, funding_id) = 0 END"
)


def upgrade() -> None:
    """Let a warning be about a provider, and allow the new rules."""
    op.add_column("alert", sa.Column("provider_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(op.f("fk_alert_provider_id"), "alert", "provider", ["provider_id"], ["id"])
    for column in ("client_id", "funding_id"):
        op.alter_column("alert", column, nullable=True)
    _allow(f"{OF_CLIENTS}, {NEW_OF_CLIENTS}, {OF_PROVIDERS}")
    op.create_check_constraint(op.f("ck_alert_subject"), "alert", SUBJECT)
    op.create_index(
        "ux_alert_open_of_provider",
        "alert",
        ["provider_id", "county_id", "rule"],
        unique=True,
        postgresql_where="closed_on IS NULL AND provider_id IS NOT NULL",
    )


def downgrade() -> None:
    """Keep the warnings about clients that the earlier program knows."""
    alert = sa.table("alert", sa.column("rule"))
    kept = [rule.strip(" '") for rule in OF_CLIENTS.split(",")]
    op.execute(alert.delete().where(alert.c.rule.not_in(kept)))
    op.drop_index("ux_alert_open_of_provider", "alert")
    op.drop_constraint(op.f("ck_alert_subject"), "alert")
    _allow(OF_CLIENTS)
    for column in ("client_id", "funding_id"):
        op.alter_column("alert", column, nullable=False)
    op.drop_column("alert", "provider_id")


def _allow(rules: str) -> None:
    op.drop_constraint(op.f("ck_alert_rule"), "alert")
    op.create_check_constraint(op.f("ck_alert_rule"), "alert", f"rule IN ({rules})")
