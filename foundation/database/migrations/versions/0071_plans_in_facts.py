"""Charges read plans of visits: the document of a funding has them, and all days on which its client is away.

The facts of a charge also have the choice of each earlier charge, and how far the hold of a choice reaches if a
limit stops it (docs/decisions/0161).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0072"
branch_labels = None
depends_on = None

_WITH_PLANS = """
CREATE OR REPLACE VIEW funding_laid_out AS
SELECT f.id AS funding_id, EXISTS (SELECT 1 FROM funding_terms t WHERE t.funding_id = f.id
    AND (t.quantity_hundredths IS NOT NULL OR t.period IS NOT NULL))
  OR EXISTS (SELECT 1 FROM choice h JOIN plan_pattern p ON p.choice_id = h.id WHERE h.funding_id = f.id) AS limited,
json_build_array(
  f.id, f.county_id, f.voucher, c.number, f.kind, lower(f.valid), upper(f.valid), f.provider_id, c.ended_on,
  (SELECT json_agg(s.code ORDER BY s.code) FROM funding_service fs JOIN service s ON s.id = fs.service_id
    WHERE fs.funding_id = f.id),
  (SELECT json_agg(json_build_array(t.from_day, t.unit_values, t.price_caps, t.free_of_charge, t.overrun,
      t.period, t.period_amount_cents, t.period_quantity_hundredths, t.carry, t.carry_share,
      t.quantity_hundredths) ORDER BY t.from_day)
    FROM funding_terms t WHERE t.funding_id = f.id),
  (SELECT json_agg(json_build_array(x.from_day, x.state) ORDER BY x.from_day, x.id)
    FROM funding_state x WHERE x.funding_id = f.id),
  (SELECT json_agg(json_build_array(x.from_day, x.state) ORDER BY x.from_day, x.id)
    FROM decision_state x WHERE x.county_id = f.county_id AND x.number = f.decision_number),
  (SELECT json_agg(json_build_array(a.first, a.after) ORDER BY a.first, a.after) FROM (
      SELECT lower(x.away) AS first, upper(x.away) AS after FROM client_absence x WHERE x.client_id = f.client_id
      UNION ALL SELECT x.first_day, x.last_day + 1 FROM plan_pause x
        WHERE x.client_id = f.client_id AND coalesce(x.last_day >= x.first_day, true)) AS a),
  (SELECT json_agg(json_build_array(p.choice_id, p.kind, p.weekdays, p.start_minute, p.length_minutes,
      p.every_weeks, p.quantity_hundredths, p.per, p.part_of_week, p.first_day, p.last_day)
      ORDER BY p.choice_id, p.number)
    FROM choice h JOIN plan_pattern p ON p.choice_id = h.id WHERE h.funding_id = f.id),
  (SELECT json_agg(json_build_array(p.choice_id, p.day, p.number, p.is_cancelled, p.to_day, p.start_minute,
      p.length_minutes, p.quantity_hundredths) ORDER BY p.choice_id, p.day, p.number)
    FROM choice h JOIN plan_change p ON p.choice_id = h.id WHERE h.funding_id = f.id),
  (SELECT json_agg(json_build_array(p.choice_id, p.first_day, p.last_day + 1) ORDER BY p.id)
    FROM choice h JOIN plan_pause p ON p.choice_id = h.id
    WHERE h.funding_id = f.id AND coalesce(p.last_day >= p.first_day, true))
) AS document
FROM funding f JOIN client c ON c.id = f.client_id
"""

_BEFORE = """
CREATE OR REPLACE VIEW funding_laid_out AS
SELECT f.id AS funding_id, EXISTS (SELECT 1 FROM funding_terms t WHERE t.funding_id = f.id
    AND (t.quantity_hundredths IS NOT NULL OR t.period IS NOT NULL)) AS limited,
json_build_array(
  f.id, f.county_id, f.voucher, c.number, f.kind, lower(f.valid), upper(f.valid), f.provider_id, c.ended_on,
  (SELECT json_agg(s.code ORDER BY s.code) FROM funding_service fs JOIN service s ON s.id = fs.service_id
    WHERE fs.funding_id = f.id),
  (SELECT json_agg(json_build_array(t.from_day, t.unit_values, t.price_caps, t.free_of_charge, t.overrun,
      t.period, t.period_amount_cents, t.period_quantity_hundredths, t.carry, t.carry_share,
      t.quantity_hundredths) ORDER BY t.from_day)
    FROM funding_terms t WHERE t.funding_id = f.id),
  (SELECT json_agg(json_build_array(x.from_day, x.state) ORDER BY x.from_day, x.id)
    FROM funding_state x WHERE x.funding_id = f.id),
  (SELECT json_agg(json_build_array(x.from_day, x.state) ORDER BY x.from_day, x.id)
    FROM decision_state x WHERE x.county_id = f.county_id AND x.number = f.decision_number),
  (SELECT json_agg(json_build_array(lower(a.away), upper(a.away)) ORDER BY a.id)
    FROM client_absence a WHERE a.client_id = f.client_id)
) AS document
FROM funding f JOIN client c ON c.id = f.client_id
"""

_FACTS = """
CREATE OR REPLACE VIEW funding_facts AS
SELECT d.funding_id, json_build_array(d.document, b.granted_cents, b.free_cents, b.granted_hundredths,
b.free_hundredths, b.charged_hundredths + b.settled_hundredths,
(SELECT json_agg(json_build_array(p.choice_id, p.visit_day, p.visit_number, p.id))
  FROM charge p WHERE p.funding_id = d.funding_id AND p.visit_day IS NOT NULL
    AND p.state IN ('accepted', 'on_hold', 'settled')),
(SELECT json_agg(json_build_array(h.id, h.offering_id, h.provider_id, h.starts_on, h.ends_on, h.held_cents,
    {hold})
    ORDER BY h.id)
  FROM choice h WHERE h.funding_id = d.funding_id AND h.withdrawn_at IS NULL)
,
(SELECT json_agg(json_build_array(e.id, e.provider_id, e.reference, s.code, e.service_day,
    extract(epoch FROM e.starts_at)::bigint, extract(epoch FROM e.ends_at)::bigint, e.quantity_hundredths,
    e.unit_price_cents, e.price_cents, coalesce(e.county_pays_cents, 0), {charge}))
  FROM charge e JOIN service s ON s.id = e.service_id
  WHERE e.funding_id = d.funding_id AND e.state IN ('accepted', 'on_hold', 'settled')
    AND e.service_day BETWEEN CASE WHEN d.limited THEN '-infinity'::date END AND 'infinity'::date AND e.corrects_id IS NULL),
(SELECT json_agg(json_build_array(k.original_id, k.quantity_hundredths, k.price_cents, k.county_pays_cents))
  FROM charge k WHERE k.funding_id = d.funding_id AND k.original_id IS NOT NULL)
) AS document
FROM funding_document d JOIN balance b ON b.funding_id = d.funding_id
"""

_OF_PAUSE = """
SELECT f.id FROM changed c JOIN funding f ON f.client_id = c.client_id
UNION ALL SELECT funding_id FROM changed WHERE funding_id IS NOT NULL
"""
_WATCHED = {
    "plan_pattern": "SELECT funding_id FROM changed",
    "plan_change": "SELECT funding_id FROM changed",
    "plan_pause": _OF_PAUSE,
}
"""How to find the fundings of the changed rows of a table."""

_CHARGE, _CHARGE_BEFORE = "e.worker, e.state, e.choice_id", "e.worker, e.state"
_HOLD = "h.held_hundredths, CASE WHEN h.stopped_by IS NOT NULL THEN h.lasts_until END"
_HOLD_BEFORE = "h.held_hundredths"


def upgrade() -> None:
    """Let documents have plans, keep them current by triggers, and read more of choices and charges."""
    for column in ("choice_id", "client_id"):
        op.create_index(f"ix_plan_pause_{column}", "plan_pause", [column])
    op.execute(_WITH_PLANS)
    for table, keys in _WATCHED.items():
        _watch(table, keys)
    op.execute("SELECT lay_out_fundings(ARRAY(SELECT id FROM funding ORDER BY id))")
    _rewrite(f"{_CHARGE_BEFORE})", f"{_CHARGE})")
    _rewrite(f"{_HOLD_BEFORE})", f"{_HOLD})")
    op.execute(_FACTS.format(charge=_CHARGE, hold=_HOLD))


def downgrade() -> None:
    """Read as before, and drop the triggers."""
    op.execute(_FACTS.format(charge=_CHARGE_BEFORE, hold=_HOLD_BEFORE))
    _rewrite(f"{_CHARGE})", f"{_CHARGE_BEFORE})")
    _rewrite(f"{_HOLD})", f"{_HOLD_BEFORE})")
    for table in _WATCHED:
        op.execute(f"DROP FUNCTION lay_out_after_{table}() CASCADE")
    op.execute(_BEFORE)
    op.execute("SELECT lay_out_fundings(ARRAY(SELECT id FROM funding ORDER BY id))")
    for column in ("choice_id", "client_id"):
        op.drop_index(f"ix_plan_pause_{column}", "plan_pause")


def _watch(table: str, keys: str) -> None:
    op.execute(
        f"""
        CREATE FUNCTION lay_out_after_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM lay_out_fundings(ARRAY(
            SELECT DISTINCT key FROM (
              {keys}
            ) AS keys (key) ORDER BY key
          ));
          RETURN NULL;
        END $$
        """  # noqa: S608
    )
    for event, side in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
        op.execute(
            f"CREATE TRIGGER lay_out_{event} AFTER {event.upper()} ON {table}"
            f" REFERENCING {side} TABLE AS changed"
            f" FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_{table}()"
        )


def _rewrite(old: str, new: str) -> None:
    """Replace a part of `charge_facts` as it is."""
    function = op.get_bind().scalar(sa.text("SELECT pg_get_functiondef('charge_facts'::regproc)"))
    assert function.count(old) == 3
    op.get_bind().exec_driver_sql(function.replace(old, new).replace("%", "%%"))
