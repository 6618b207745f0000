"""A narrow table stores which charges a settlement includes; a charge is not updated when it is settled.

`charge.state` keeps `accepted`; that it is settled follows from the run of its settlement, which the view
`settled_charge` shows (docs/decisions/0030).
The index from which a run is prepared holds the id instead of the provider: it is joined to the narrow table by its key.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATES = ("accepted", "on_hold", "refused", "withdrawn", "rejected")
TO_SETTLE = "state = 'accepted'"


def upgrade() -> None:
    """Create the table, fill it from the charges, and drop their columns."""
    op.create_table(
        "settlement_charge",
        sa.Column("charge_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("settlement_id", sa.BigInteger(), nullable=False),
        sa.Column("funding_id", sa.BigInteger(), nullable=True),
        sa.Column("county_pays_cents", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("charge_id", name=op.f("pk_settlement_charge")),
    )
    op.execute(
        "INSERT INTO settlement_charge SELECT id, settlement_id, "
        "CASE WHEN after_settlement THEN NULL ELSE funding_id END, county_pays_cents "
        "FROM charge WHERE settlement_id IS NOT NULL ORDER BY id"
    )
    op.create_index("ix_settlement_charge_settlement_id", "settlement_charge", ["settlement_id"])
    op.execute(
        "CREATE VIEW settled_charge AS SELECT k.charge_id, k.settlement_id FROM settlement_charge k "
        "JOIN settlement s ON s.id = k.settlement_id JOIN payment_run r ON r.id = s.run_id "
        "WHERE r.state IN ('approved', 'sent', 'closed')"
    )
    op.drop_column("charge", "settlement_id")  # and its index
    op.execute("UPDATE charge SET state = 'accepted' WHERE state = 'settled'")
    _check_states(STATES)
    _index_to_settle("id")


def downgrade() -> None:
    """Move the values back into the charges."""
    _check_states((*STATES, "settled"))
    op.add_column("charge", sa.Column("settlement_id", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE charge c SET settlement_id = k.settlement_id, "
        "state = CASE WHEN c.state = 'accepted' AND v.charge_id IS NOT NULL THEN 'settled' ELSE c.state END "
        "FROM settlement_charge k LEFT JOIN settled_charge v ON v.charge_id = k.charge_id WHERE k.charge_id = c.id"
    )
    op.create_foreign_key(op.f("fk_charge_settlement_id"), "charge", "settlement", ["settlement_id"], ["id"])
    op.create_index(
        "ix_charge_settlement_id",
        "charge",
        ["settlement_id"],
        postgresql_where=sa.text("settlement_id IS NOT NULL"),
    )
    _index_to_settle("provider_id")
    op.execute("DROP VIEW settled_charge")
    op.drop_table("settlement_charge")


def _check_states(states: tuple[str, ...]) -> None:
    names = ", ".join(f"'{state}'" for state in states)
    op.drop_constraint(op.f("ck_charge_state"), "charge")
    op.create_check_constraint(op.f("ck_charge_state"), "charge", f"state IN ({names})")


def _index_to_settle(column: str) -> None:
    op.drop_index("ix_charge_to_settle", "charge")
    op.create_index(
        "ix_charge_to_settle", "charge", ["county_id", column], postgresql_where=sa.text(TO_SETTLE)
    )
