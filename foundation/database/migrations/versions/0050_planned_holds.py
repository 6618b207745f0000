"""How far the hold of a choice reaches, and fundings whose holds must be planned again (docs/decisions/0150)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0037"
branch_labels = None
depends_on = None

_TABLES = ("price", "approval_state", "provider_paper", "decision_state", "funding_terms", "funding_state")
_FUNCTION = """
CREATE OR REPLACE FUNCTION mark_to_replan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'price' THEN
    INSERT INTO funding_to_replan (funding_id)
    SELECT DISTINCT h.funding_id FROM changed c JOIN choice h ON h.offering_id = c.offering_id
    WHERE h.ended_at IS NULL ORDER BY 1 ON CONFLICT DO NOTHING;
  ELSIF TG_TABLE_NAME = 'approval_state' THEN
    INSERT INTO funding_to_replan (funding_id)
    SELECT DISTINCT h.funding_id FROM changed c JOIN approval a ON a.id = c.approval_id
    JOIN choice h ON h.provider_id = a.provider_id AND h.county_id = a.county_id
    WHERE h.ended_at IS NULL ORDER BY 1 ON CONFLICT DO NOTHING;
  ELSIF TG_TABLE_NAME = 'provider_paper' THEN
    INSERT INTO funding_to_replan (funding_id)
    SELECT DISTINCT h.funding_id FROM changed c JOIN choice h ON h.provider_id = c.provider_id
    WHERE h.ended_at IS NULL ORDER BY 1 ON CONFLICT DO NOTHING;
  ELSIF TG_TABLE_NAME = 'decision_state' THEN
    INSERT INTO funding_to_replan (funding_id)
    SELECT DISTINCT h.funding_id FROM changed c
    JOIN funding f ON f.county_id = c.county_id AND f.decision_number = c.number
    JOIN choice h ON h.funding_id = f.id
    WHERE h.ended_at IS NULL ORDER BY 1 ON CONFLICT DO NOTHING;
  ELSE
    INSERT INTO funding_to_replan (funding_id)
    SELECT DISTINCT h.funding_id FROM changed c JOIN choice h ON h.funding_id = c.funding_id
    WHERE h.ended_at IS NULL ORDER BY 1 ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;
"""


def upgrade() -> None:
    """Add the columns, the table, the function and its triggers; every funding with a choice is planned."""
    op.add_column("choice", sa.Column("lasts_until", sa.Date(), nullable=True))
    op.add_column("choice", sa.Column("stopped_by", sa.Text(), nullable=True))
    op.add_column("choice", sa.Column("own_unit_cents", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_choice_stopped_by"),
        "choice",
        "stopped_by IN ('money', 'units', 'month_limit', 'window', 'rule')",
    )
    op.create_table(
        "funding_to_replan",
        sa.Column("funding_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["funding_id"], ["funding.id"], name=op.f("fk_funding_to_replan_funding_id")),
        sa.PrimaryKeyConstraint("funding_id", name=op.f("pk_funding_to_replan")),
    )
    op.execute(
        "INSERT INTO funding_to_replan (funding_id)"
        " SELECT DISTINCT funding_id FROM choice WHERE withdrawn_at IS NULL"
    )
    op.execute(_FUNCTION)
    for table in _TABLES:
        for event in ("insert", "update"):
            op.execute(
                f"CREATE TRIGGER replan_after_{event} AFTER {event.upper()} ON {table}"
                " REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan()"
            )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION mark_to_replan() CASCADE")
    op.drop_table("funding_to_replan")
    for column in ("own_unit_cents", "stopped_by", "lasts_until"):
        op.drop_column("choice", column)
