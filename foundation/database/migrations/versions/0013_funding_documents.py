"""The facts of a funding that seldom change are precomputed as one document; fewer of its charges are read.

Before, each charge read nine tables for its funding's terms, states, services and so on. Now triggers rebuild the document
when these change (docs/decisions/0055). Charges near the days of the batch are read, or all if a limit counts them. A
client's visits are read only if they may be with another provider. The lock is a separate statement, so that the next ones
see what its last holder wrote. Lists become rows joined by LATERAL with OFFSET 0, so that every plan uses an index.
"""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_before = import_module("foundation.database.migrations.versions.0009_charge_facts")

_LAID_OUT = """
CREATE VIEW funding_laid_out AS
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

_LAY_OUT = """
CREATE FUNCTION lay_out_fundings(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM funding_document d WHERE d.funding_id = ANY (ids) ORDER BY d.funding_id FOR UPDATE;
  INSERT INTO funding_document AS d (funding_id, limited, document)
  SELECT v.funding_id, v.limited, v.document FROM unnest(ids) AS one (id)
    CROSS JOIN LATERAL (SELECT * FROM funding_laid_out l WHERE l.funding_id = one.id OFFSET 0) AS v
  ON CONFLICT (funding_id) DO UPDATE SET limited = excluded.limited, document = excluded.document
    WHERE d.document::text <> excluded.document::text;
END $$
"""

# table: how to find the fundings of the changed rows; what may change in it
WATCHED = {
    "funding": ("SELECT id FROM changed", ("INSERT", "UPDATE")),
    "funding_service": ("SELECT funding_id FROM changed", ("INSERT", "UPDATE", "DELETE")),
    "funding_terms": ("SELECT funding_id FROM changed", ("INSERT", "UPDATE", "DELETE")),
    "funding_state": ("SELECT funding_id FROM changed", ("INSERT", "UPDATE", "DELETE")),
    "decision_state": (
        "SELECT f.id FROM changed c JOIN funding f ON f.county_id = c.county_id AND f.decision_number = c.number",
        ("INSERT", "UPDATE", "DELETE"),
    ),
    "client": ("SELECT f.id FROM changed c JOIN funding f ON f.client_id = c.id", ("UPDATE",)),
    "client_absence": (
        "SELECT f.id FROM changed c JOIN funding f ON f.client_id = c.client_id",
        ("INSERT", "UPDATE", "DELETE"),
    ),
}

_CHOICES = """
(SELECT json_agg(json_build_array(h.id, h.offering_id, h.provider_id, h.starts_on, h.ends_on, h.held_cents)
    ORDER BY h.id)
  FROM choice h WHERE h.funding_id = d.funding_id AND h.withdrawn_at IS NULL)
"""

_EARLIER = """
(SELECT json_agg(json_build_array(e.id, e.provider_id, e.reference, s.code, e.service_day,
    extract(epoch FROM e.starts_at)::bigint, extract(epoch FROM e.ends_at)::bigint, e.quantity_hundredths,
    e.unit_price_cents, e.price_cents, coalesce(e.county_pays_cents, 0), e.worker, e.state))
  FROM charge e JOIN service s ON s.id = e.service_id
  WHERE e.funding_id = d.funding_id AND e.state IN ('accepted', 'on_hold', 'settled')
    AND e.service_day BETWEEN {first} AND {last} AND e.corrects_id IS NULL),
(SELECT json_agg(json_build_array(k.original_id, k.quantity_hundredths, k.price_cents, k.county_pays_cents))
  FROM charge k WHERE k.funding_id = d.funding_id AND k.original_id IS NOT NULL)
"""

_FACTS = f"""
CREATE VIEW funding_facts AS
SELECT d.funding_id, json_build_array(d.document, b.granted_cents, b.free_cents, {_CHOICES}, {
    _EARLIER.format(first="CASE WHEN d.limited THEN '-infinity'::date END", last="'infinity'::date")
}) AS document
FROM funding_document d JOIN balance b ON b.funding_id = d.funding_id
"""  # noqa: S608

_NEAR = {
    "first": "CASE WHEN d.limited THEN '-infinity'::date ELSE named.first - 2 END",
    "last": "CASE WHEN d.limited THEN 'infinity'::date ELSE named.last + 2 END",
}
_NAMED = f"""
SELECT json_agg(g.document)
FROM unnest(vouchers, firsts, lasts) AS named (voucher, first, last)
CROSS JOIN LATERAL (
  SELECT json_build_array(d.document, b.granted_cents, b.free_cents, {_CHOICES}, {_EARLIER.format(**_NEAR)})
    AS document
  FROM funding f JOIN funding_document d ON d.funding_id = f.id JOIN balance b ON b.funding_id = f.id
  WHERE f.voucher = named.voucher OFFSET 0) AS g
"""  # noqa: S608

_VISITS = """
SELECT json_agg(json_build_array(c.county_id, c.number, e.id, e.provider_id,
  extract(epoch FROM e.starts_at)::bigint, extract(epoch FROM e.ends_at)::bigint))
FROM unnest(vouchers, firsts, lasts) AS named (voucher, first, last)
CROSS JOIN LATERAL (SELECT g.client_id FROM funding g WHERE g.voucher = named.voucher OFFSET 0) AS wanted
CROSS JOIN LATERAL (SELECT f.id FROM funding f WHERE f.client_id = wanted.client_id OFFSET 0) AS f
JOIN client c ON c.id = wanted.client_id
CROSS JOIN LATERAL (
  SELECT v.id, v.provider_id, v.starts_at, v.ends_at FROM charge v
  WHERE v.funding_id = f.id AND v.state IN ('accepted', 'on_hold', 'settled')
    AND v.service_day BETWEEN named.first - 2 AND named.last + 2
    AND v.starts_at IS NOT NULL AND v.ends_at IS NOT NULL
    AND (cardinality(providers) > 1 OR v.provider_id <> ALL (providers))
    AND NOT EXISTS (SELECT 1 FROM charge k WHERE k.original_id = v.id
      HAVING sum(k.quantity_hundredths) = -v.quantity_hundredths)
  OFFSET 0
) AS e
"""

_REFERENCES = """
SELECT json_agg(json_build_array(u.provider_id, u.reference, u.id, u.content, u.state))
FROM unnest(senders, refs) AS sent (provider_id, reference)
CROSS JOIN LATERAL (
  SELECT e.provider_id, e.reference, e.id, e.content, e.state FROM charge e
  WHERE e.provider_id = sent.provider_id AND e.reference = sent.reference
    AND e.state IN ('accepted', 'on_hold', 'settled')
  OFFSET 0
) AS u
"""

_VERSIONS = """
SELECT json_agg(json_build_array(v.kind, v.key, v.version)) FROM (
  SELECT kind, key, version FROM facts_version WHERE kind = 1
  UNION ALL SELECT kind, key, version FROM facts_version WHERE kind = 2
  UNION ALL SELECT kind, key, version FROM facts_version WHERE kind = 0 AND key = ANY (providers)) AS v
"""

_LOCK_ONE = """
PERFORM 1 FROM funding f JOIN balance b ON b.funding_id = f.id WHERE f.voucher = vouchers[1] FOR UPDATE OF b
"""

_PARAMETERS = (
    "providers", "vouchers", "firsts", "lasts", "senders", "refs", "employers", "workers", "days",
)  # fmt: skip
_ALL = f"SELECT ({_VERSIONS}), ({_NAMED}), ({_REFERENCES}), ({_VISITS}), "
_WITH_WORKERS = f"{_ALL}({_before._WORKERS})"
_WITHOUT_WORKERS = f"{_ALL}NULL::json"


def upgrade() -> None:
    """Build the document of every funding, keep it current by triggers, and read it."""
    op.create_table(
        "funding_document",
        sa.Column("funding_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("limited", sa.Boolean(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["funding_id"], ["funding.id"], name=op.f("fk_funding_document_funding_id")),
        sa.PrimaryKeyConstraint("funding_id", name=op.f("pk_funding_document")),
    )
    op.execute(_LAID_OUT)
    op.execute(_LAY_OUT)
    op.execute("SELECT lay_out_fundings(ARRAY(SELECT id FROM funding ORDER BY id))")
    for table, (keys, events) in WATCHED.items():
        _watch(table, keys, events)
    op.execute("DROP FUNCTION charge_facts")
    op.execute("DROP VIEW funding_facts")
    op.execute(_FACTS)
    _create_charge_facts()


def downgrade() -> None:
    """Read from the tables again."""
    op.execute("DROP FUNCTION charge_facts")
    op.execute("DROP VIEW funding_facts")
    op.execute(_before._FUNDINGS)
    _before.create_charge_facts()
    for table, (_, events) in WATCHED.items():
        for event in events:
            op.execute(f"DROP TRIGGER lay_out_{event.lower()} ON {table}")
        op.execute(f"DROP FUNCTION lay_out_after_{table}()")
    op.execute("DROP FUNCTION lay_out_fundings")
    op.execute("DROP VIEW funding_laid_out")
    op.drop_table("funding_document")


def _watch(table: str, keys: str, events: tuple[str, ...]) -> None:
    op.execute(
        f"""
        CREATE FUNCTION lay_out_after_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM lay_out_fundings(ARRAY(SELECT DISTINCT key FROM ({keys}) AS keys (key) ORDER BY key));
            RETURN NULL;
        END $$
        """  # noqa: S608
    )
    for event in events:
        side = "OLD" if event == "DELETE" else "NEW"
        op.execute(
            f"CREATE TRIGGER lay_out_{event.lower()} AFTER {event} ON {table} "
            f"REFERENCING {side} TABLE AS changed "
            f"FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_{table}()"
        )


def _create_charge_facts() -> None:
    """Create the function: cached plans for few vouchers, a new plan for many.

    Starting a plan takes half the time of a single charge, so workers are read only if some are named."""
    numbered = _before.numbered(_WITH_WORKERS, _PARAMETERS)
    op.execute(
        f"""
        CREATE FUNCTION charge_facts(
          providers bigint[], vouchers text[], firsts date[], lasts date[], senders bigint[], refs text[],
          employers bigint[], workers text[], days date[], locked boolean
        ) RETURNS TABLE (versions json, fundings json, known json, visits json, minutes json)
        LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
        BEGIN
          IF locked AND cardinality(vouchers) = 1 THEN {_LOCK_ONE};
          ELSIF locked THEN {_before._LOCK};
          END IF;
          IF cardinality(vouchers) < 50 AND cardinality(employers) = 0 THEN
            RETURN QUERY {_WITHOUT_WORKERS};
          ELSIF cardinality(vouchers) < 50 THEN
            RETURN QUERY {_WITH_WORKERS};
          ELSE
            RETURN QUERY EXECUTE $many${numbered}$many$ USING {", ".join(_PARAMETERS)};
          END IF;
        END $$
        """
    )
