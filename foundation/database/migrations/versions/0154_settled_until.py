"""A provider may know up to which day what came in is in a payment run of its county."""

from __future__ import annotations

from alembic import op

revision = "0154"
down_revision = "0153"
branch_labels = None
depends_on = None

FUNCTION = """
CREATE OR REPLACE FUNCTION settled_until(county smallint, with_prepared boolean) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT max(least(r.until, (r.prepared_at AT TIME ZONE 'Europe/Helsinki')::date - 1)) FROM payment_run r
  WHERE r.county_id = county AND (r.state IN ('approved', 'sent', 'closed') OR r.state = 'prepared' AND with_prepared)
$$
"""


def upgrade() -> None:
    """Add the function."""
    op.execute(FUNCTION)


def downgrade() -> None:
    """Remove it."""
    op.execute("DROP FUNCTION settled_until(smallint, boolean)")
