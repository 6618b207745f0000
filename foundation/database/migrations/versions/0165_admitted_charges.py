"""A charge that was on hold keeps when it was accepted: its pay day counts from then.

Charges that no approved run has and that were accepted later than they came in get the time of their posting. The
downgrade drops the column; the time stays in the audit log.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0165"
down_revision = "0158"
branch_labels = None
depends_on = None

FILL = """
UPDATE charge c SET admitted_at = found.at
FROM (
  SELECT o.id, max(p.at) AS at
  FROM charge o JOIN posting p ON p.funding_id = o.funding_id AND p.charge_id = o.id
  WHERE o.state = 'accepted' AND o.corrects_id IS NULL AND p.event = 4 AND p.amount_cents > 0 AND p.at > o.received_at
    AND NOT EXISTS (SELECT FROM settlement_charge s JOIN settlement t ON t.id = s.settlement_id
      JOIN payment_run r ON r.id = t.run_id WHERE s.charge_id = o.id AND r.state <> 'prepared')
  GROUP BY o.id
) found
WHERE c.id = found.id
"""
FUNCTION = """
CREATE OR REPLACE FUNCTION keep_judged_settings() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  setting jsonb;
  own_county smallint;
  first date;
  has_judged boolean;
BEGIN
  FOREACH setting IN ARRAY array_remove(ARRAY[to_jsonb(OLD), to_jsonb(NEW)], NULL) LOOP
    own_county := coalesce(setting ->> 'county_id', setting ->> 'id')::smallint;
    first := coalesce((setting ->> 'from_day')::date, '-infinity');
    IF TG_TABLE_NAME = 'calendar_range' THEN
      has_judged := EXISTS (SELECT FROM funding f JOIN charge c ON c.funding_id = f.id
        WHERE f.county_id = own_county AND c.service_day >= first AND c.state IN ('accepted', 'on_hold', 'settled'));
    ELSE
      has_judged := (SELECT (c.received_at AT TIME ZONE 'Europe/Helsinki')::date >= first FROM charge c
        WHERE c.county_id = own_county AND c.state = 'accepted' ORDER BY c.id DESC LIMIT 1){admitted};
    END IF;
    IF has_judged THEN
      RAISE EXCEPTION '% of county % from % on has judged charges', TG_TABLE_NAME, own_county, first
        USING ERRCODE = 'restrict_violation';
    END IF;
  END LOOP;
  RETURN coalesce(NEW, OLD);
END $$
"""
ADMITTED = """
        OR TG_TABLE_NAME = 'settlement_calendar' AND EXISTS (SELECT FROM charge c WHERE c.county_id = own_county
          AND c.state = 'accepted' AND c.admitted_at >= first::timestamp AT TIME ZONE 'Europe/Helsinki')"""


def upgrade() -> None:
    """Add the column, and lock pay days by which admitted charges are paid."""
    op.add_column("charge", sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(FILL)
    op.create_check_constraint(op.f("ck_charge_admitted"), "charge", "admitted_at >= received_at")
    op.create_index(
        "ix_charge_admitted",
        "charge",
        ["county_id", "admitted_at"],
        postgresql_where=sa.text("admitted_at IS NOT NULL"),
    )
    op.execute(FUNCTION.replace("{admitted}", ADMITTED))


def downgrade() -> None:
    """Drop it."""
    op.execute(FUNCTION.replace("{admitted}", ""))
    op.drop_index("ix_charge_admitted", "charge")
    op.drop_column("charge", "admitted_at")
