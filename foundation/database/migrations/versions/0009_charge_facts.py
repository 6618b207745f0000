"""Facts for charges in one call: a view of fundings as facts, and a function that locks and reads.

For few vouchers the function keeps one plan, because planning takes four times as long as reading one funding. For many
vouchers it plans each call. The lock is a separate statement, so that the next ones see what its last holder wrote.
Each list becomes rows joined by LATERAL with OFFSET 0, and no table is scanned, so that every plan uses an index, even
while a new table has no statistics.
"""

from __future__ import annotations

import re

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_FUNDINGS = """
CREATE VIEW funding_facts AS
SELECT f.id AS funding_id, f.voucher, json_build_array(
  f.id, f.county_id, f.voucher, c.number, f.kind, lower(f.valid), upper(f.valid), f.provider_id, c.ended_on,
  b.granted_cents, b.free_cents,
  (SELECT json_agg(s.code) FROM funding_service fs JOIN service s ON s.id = fs.service_id
    WHERE fs.funding_id = f.id),
  (SELECT json_agg(json_build_array(t.from_day, t.unit_values, t.price_caps, t.free_of_charge, t.overrun,
      t.period, t.period_amount_cents, t.period_quantity_hundredths, t.carry, t.carry_share,
      t.quantity_hundredths) ORDER BY t.from_day)
    FROM funding_terms t WHERE t.funding_id = f.id),
  (SELECT json_agg(json_build_array(x.from_day, x.state) ORDER BY x.from_day, x.id)
    FROM funding_state x WHERE x.funding_id = f.id),
  (SELECT json_agg(json_build_array(x.from_day, x.state) ORDER BY x.from_day, x.id)
    FROM decision_state x WHERE x.county_id = f.county_id AND x.number = f.decision_number),
  (SELECT json_agg(json_build_array(h.id, h.offering_id, h.provider_id, h.starts_on, h.ends_on, h.held_cents)
      ORDER BY h.id)
    FROM choice h WHERE h.funding_id = f.id AND h.withdrawn_at IS NULL),
  (SELECT json_agg(json_build_array(e.id, e.provider_id, e.reference, s.code, e.service_day,
      extract(epoch FROM e.starts_at)::bigint, extract(epoch FROM e.ends_at)::bigint, e.quantity_hundredths,
      e.unit_price_cents, e.price_cents, coalesce(e.county_pays_cents, 0), e.worker, e.state))
    FROM charge e JOIN service s ON s.id = e.service_id
    WHERE e.funding_id = f.id AND e.state IN ('accepted', 'on_hold', 'settled') AND e.corrects_id IS NULL),
  (SELECT json_agg(json_build_array(k.original_id, k.quantity_hundredths, k.price_cents, k.county_pays_cents))
    FROM charge k WHERE k.funding_id = f.id AND k.original_id IS NOT NULL),
  (SELECT json_agg(json_build_array(lower(a.away), upper(a.away)) ORDER BY a.id)
    FROM client_absence a WHERE a.client_id = f.client_id)
) AS document
FROM funding f JOIN client c ON c.id = f.client_id JOIN balance b ON b.funding_id = f.id
"""

_LOCK = """
PERFORM 1 FROM balance WHERE funding_id IN (SELECT f.id FROM funding f WHERE f.voucher = ANY (vouchers))
  ORDER BY funding_id FOR UPDATE
"""

_NAMED = """
SELECT json_agg(g.document) FROM unnest(vouchers) AS named (voucher)
CROSS JOIN LATERAL (SELECT v.document FROM funding_facts v WHERE v.voucher = named.voucher OFFSET 0) AS g
"""

_REFERENCES = """
SELECT json_agg(json_build_array(u.provider_id, u.reference, u.id, u.content, u.state))
FROM unnest(senders, refs) AS sent (provider_id, reference)
CROSS JOIN LATERAL (
  SELECT e.provider_id, e.reference, e.id, e.content,
    CASE WHEN e.state = 'accepted' AND EXISTS (SELECT 1 FROM settled_charge k WHERE k.charge_id = e.id)
      THEN 'settled' ELSE e.state END AS state
  FROM charge e
  WHERE e.provider_id = sent.provider_id AND e.reference = sent.reference
    AND e.state IN ('accepted', 'on_hold', 'settled')
  OFFSET 0
) AS u
"""

_VISITS = """
SELECT json_agg(json_build_array(c.county_id, c.number, e.id, e.provider_id,
  extract(epoch FROM e.starts_at)::bigint, extract(epoch FROM e.ends_at)::bigint))
FROM (SELECT DISTINCT g.client_id FROM unnest(timed) AS named (voucher)
  JOIN funding g ON g.voucher = named.voucher) AS wanted
JOIN client c ON c.id = wanted.client_id
JOIN funding f ON f.client_id = c.id
CROSS JOIN LATERAL (
  SELECT v.id, v.provider_id, v.starts_at, v.ends_at FROM charge v
  WHERE v.funding_id = f.id AND v.state IN ('accepted', 'on_hold', 'settled')
    AND v.service_day BETWEEN first_day AND last_day
    AND v.starts_at IS NOT NULL AND v.ends_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM charge k WHERE k.original_id = v.id
      HAVING sum(k.quantity_hundredths) = -v.quantity_hundredths)
  OFFSET 0
) AS e
"""

_WORKERS = """
SELECT json_agg(json_build_array(e.provider_id, e.worker, e.service_day, e.id, e.minutes))
FROM unnest(employers, workers, days) AS named (provider_id, worker, service_day)
CROSS JOIN LATERAL (
  SELECT w.provider_id, w.worker, w.service_day, w.id,
    coalesce(extract(epoch FROM w.ends_at - w.starts_at) / 60, round(w.quantity_hundredths * 0.6))::int
      AS minutes
  FROM charge w
  WHERE w.provider_id = named.provider_id AND w.service_day = named.service_day AND w.worker = named.worker
    AND w.state IN ('accepted', 'on_hold', 'settled')
    AND (w.ends_at - w.starts_at IS NOT NULL OR btrim(w.sent ->> 'unit') = 'hour')
    AND NOT EXISTS (SELECT 1 FROM charge k WHERE k.original_id = w.id
      HAVING sum(k.quantity_hundredths) = -w.quantity_hundredths)
  OFFSET 0
) AS e
"""

_VERSIONS = """
SELECT json_agg(json_build_array(v.kind, v.key, v.version)) FROM facts_version v
WHERE v.kind IN (1, 2) OR (v.kind = 0 AND v.key = ANY (providers))
"""

_ALL = f"SELECT ({_VERSIONS}), ({_NAMED}), ({_REFERENCES}), ({_VISITS}), ({_WORKERS})"
_PARAMETERS = (
    "providers", "vouchers", "senders", "refs", "timed", "first_day", "last_day", "employers", "workers", "days",
)  # fmt: skip


def numbered(statement: str, parameters: tuple[str, ...]) -> str:
    """Return the statement with numbered parameters, for EXECUTE, which plans the statement each time."""
    for number, name in enumerate(parameters, 1):
        statement = re.sub(rf"(?<=[ (]){name}(?=[,) \n])(?! \()", f"${number}", statement)
    return statement


def upgrade() -> None:
    """Create the view and the function; find absences by their client."""
    op.execute(_FUNDINGS)
    create_charge_facts()
    op.execute("CREATE INDEX ix_client_absence_client_id ON client_absence (client_id)")


def create_charge_facts() -> None:
    """Create the function as of this revision."""
    op.execute(
        f"""
        CREATE FUNCTION charge_facts(
          providers bigint[], vouchers text[], senders bigint[], refs text[], timed text[], first_day date,
          last_day date, employers bigint[], workers text[], days date[], locked boolean
        ) RETURNS TABLE (versions json, fundings json, known json, visits json, minutes json)
        LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
        BEGIN
          IF locked THEN {_LOCK}; END IF;
          IF cardinality(vouchers) < 50 THEN
            RETURN QUERY {_ALL};
          ELSE
            RETURN QUERY EXECUTE $many${numbered(_ALL, _PARAMETERS)}$many$
              USING {", ".join(_PARAMETERS)};
          END IF;
        END $$
        """
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP INDEX ix_client_absence_client_id")
    op.execute("DROP FUNCTION charge_facts")
    op.execute("DROP VIEW funding_facts")
