"""Data are removed when their time is over, unless an appeal or dispute of the client is open.

Requests may remove none of it any more: only jobs and commands do, and a trigger stops them too while a client
is held.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0117"
down_revision = "0116"
branch_labels = None
depends_on = None

ROLE, SYSTEM = "omatori_app", "omatori_system"
HELD = (
    "card", "help_request", "mandate_invitation", "message", "own_goal", "proposal", "support_plan",
    "time_request",
)  # fmt: skip
CLIENT_IS_HELD = """
CREATE OR REPLACE FUNCTION client_is_held(client bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM dispute d JOIN charge c ON c.id = d.charge_id JOIN funding f ON f.id = c.funding_id
      WHERE f.client_id = client AND d.turn <> 'closed')
    OR EXISTS (SELECT FROM grant_decision g WHERE g.client_id = client AND 'appealed' = (
      SELECT s.state FROM decision_state s WHERE s.county_id = g.county_id AND s.number = g.number
      ORDER BY s.from_day DESC, s.id DESC LIMIT 1))
$$
"""
REFUSE_WHILE_HELD = """
CREATE OR REPLACE FUNCTION refuse_while_held() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE removed jsonb := to_jsonb(OLD); client bigint := (removed ->> 'client_id')::bigint;
BEGIN
  IF TG_TABLE_NAME = 'message' THEN
    SELECT c.client_id INTO client FROM conversation c WHERE c.id = (removed ->> 'conversation_id')::bigint;
  END IF;
  IF client_is_held(client) THEN
    RAISE EXCEPTION 'an appeal or a dispute of the client is open' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$
"""


def upgrade() -> None:
    """Create the counts of removals and the hold, and take the right to remove from requests."""
    op.create_table(
        "retention_count",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.CheckConstraint("removed >= 0 AND held >= 0", name=op.f("ck_retention_count_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_count")),
    )
    op.create_index("ix_retention_count_kind", "retention_count", ["kind", "id"])
    op.execute(CLIENT_IS_HELD)
    op.execute(REFUSE_WHILE_HELD)
    for table in HELD:
        op.execute(
            f"CREATE TRIGGER held BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_while_held()"
        )
    op.execute(f"REVOKE DELETE ON {', '.join(HELD)} FROM {ROLE}")
    op.execute(f"GRANT DELETE ON {', '.join(HELD)} TO {SYSTEM}")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON retention_count FROM {ROLE}")
    op.execute(f"GRANT INSERT ON retention_count TO {SYSTEM}")


def downgrade() -> None:
    """Let requests remove rows again."""
    op.execute(f"REVOKE DELETE ON {', '.join(HELD)} FROM {SYSTEM}")
    op.execute(f"GRANT DELETE ON {', '.join(HELD)} TO {ROLE}")
    for table in HELD:
        op.execute(f"DROP TRIGGER held ON {table}")
    op.execute("DROP FUNCTION refuse_while_held()")
    op.execute("DROP FUNCTION client_is_held(bigint)")
    op.drop_table("retention_count")
