"""A search reads one narrow table of the offerings that are published and approved on some day.

Triggers keep it. The downgrade drops it, and restores the indexes of `offering` that a search read before.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, DATEMULTIRANGE, JSONB

revision = "0109"
down_revision = "0114"
branch_labels = None
depends_on = None

ROLE, SYSTEM = "omatori_app", "omatori_system"
_EVERYWHERE = "cardinality(municipalities) = 0 OR remote"
_APPROVED_DAYS = """
CREATE OR REPLACE FUNCTION approved_days(of_approval bigint) RETURNS datemultirange LANGUAGE sql STABLE AS $$
  SELECT coalesce(range_agg(daterange(from_day, next_day)) FILTER (WHERE state = 'approved'), '{}')
  FROM (
    SELECT state, from_day, lead(from_day) OVER (ORDER BY from_day) AS next_day
    FROM (
      SELECT DISTINCT ON (from_day) from_day, state FROM approval_state
      WHERE approval_id = of_approval ORDER BY from_day, id DESC
    ) AS last_of_day
  ) AS periods
$$;
"""
_LAID_OUT = """
CREATE OR REPLACE VIEW offering_laid_out AS
SELECT o.id AS offering_id, o.provider_id, o.county_id, o.service_id, o.municipalities, o.languages, o.remote,
  o.communication, o.home_visits, o.next_free_on, u.latitude, u.longitude, u.access, d.approved
FROM offering o
JOIN approval a ON a.provider_id = o.provider_id AND a.county_id = o.county_id AND a.service_id = o.service_id
LEFT JOIN provider_unit u ON u.id = o.unit_id
CROSS JOIN LATERAL (SELECT approved_days(a.id) AS approved) AS d
WHERE o.published AND NOT isempty(d.approved);
"""
_LIST = """
CREATE OR REPLACE FUNCTION list_offerings(ids bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM listed_offering l USING unnest(ids) AS one (id)
    WHERE l.offering_id = one.id AND NOT EXISTS (SELECT FROM offering_laid_out v WHERE v.offering_id = one.id);
  INSERT INTO listed_offering AS l (offering_id, provider_id, county_id, service_id, municipalities, languages,
    remote, communication, home_visits, next_free_on, latitude, longitude, access, approved)
  SELECT v.* FROM unnest(ids) AS one (id)
    CROSS JOIN LATERAL (SELECT * FROM offering_laid_out v WHERE v.offering_id = one.id OFFSET 0) AS v
  ON CONFLICT (offering_id) DO UPDATE SET (provider_id, county_id, service_id, municipalities, languages,
    remote, communication, home_visits, next_free_on, latitude, longitude, access, approved)
    = (excluded.provider_id, excluded.county_id, excluded.service_id, excluded.municipalities,
    excluded.languages, excluded.remote, excluded.communication, excluded.home_visits, excluded.next_free_on,
    excluded.latitude, excluded.longitude, excluded.access, excluded.approved)
    WHERE l.* IS DISTINCT FROM excluded.*;
END $$;
"""
_AFTER_CHANGE = """
CREATE OR REPLACE FUNCTION list_after_change() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE providers bigint[]; ids bigint[];
BEGIN
  IF TG_TABLE_NAME = 'offering' THEN
    providers := ARRAY(SELECT provider_id FROM changed
      UNION SELECT u.provider_id FROM changed c JOIN provider_unit u ON u.id = c.unit_id);
  ELSIF TG_TABLE_NAME = 'approval_state' THEN
    providers := ARRAY(SELECT DISTINCT a.provider_id FROM changed c JOIN approval a ON a.id = c.approval_id);
  ELSE
    providers := ARRAY(SELECT DISTINCT provider_id FROM changed);
  END IF;
  PERFORM 1 FROM provider p WHERE p.id = ANY (providers) ORDER BY p.id FOR NO KEY UPDATE;
  IF TG_TABLE_NAME = 'offering' THEN
    ids := ARRAY(SELECT id FROM changed);
  ELSIF TG_TABLE_NAME = 'approval_state' THEN
    ids := ARRAY(SELECT DISTINCT o.id FROM changed c JOIN approval a ON a.id = c.approval_id
      JOIN offering o ON o.provider_id = a.provider_id AND o.county_id = a.county_id AND o.service_id = a.service_id);
  ELSIF TG_TABLE_NAME = 'approval' THEN
    ids := ARRAY(SELECT DISTINCT o.id FROM changed a JOIN offering o
      ON o.provider_id = a.provider_id AND o.county_id = a.county_id AND o.service_id = a.service_id);
  ELSE
    ids := ARRAY(SELECT o.id FROM changed u JOIN offering o ON o.unit_id = u.id);
  END IF;
  PERFORM list_offerings(ids);
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER list_after_insert AFTER INSERT ON offering
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_update AFTER UPDATE ON offering
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_update AFTER UPDATE ON approval
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_move AFTER UPDATE ON approval
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_insert AFTER INSERT ON approval_state
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_update AFTER UPDATE ON approval_state
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_move AFTER UPDATE ON approval_state
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_delete AFTER DELETE ON approval_state
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_update AFTER UPDATE ON provider_unit
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
"""
_TRIGGERS = {
    "offering": ("insert", "update"),
    "approval": ("update", "move"),
    "approval_state": ("insert", "update", "move", "delete"),
    "provider_unit": ("update",),
}


def upgrade() -> None:
    """Create it, fill it, and move the indexes to it."""
    op.create_check_constraint(
        op.f("ck_offering_municipalities"), "offering", "cardinality(municipalities) <= 400"
    )
    _create_table()
    for statement in (_APPROVED_DAYS, _LAID_OUT, _LIST, _AFTER_CHANGE):
        op.execute(statement)
    op.execute("INSERT INTO listed_offering SELECT * FROM offering_laid_out ORDER BY offering_id")
    _create_indexes("listed_offering")
    for column in ("provider_id", "service_id"):
        op.create_index(f"ix_listed_offering_{column}", "listed_offering", [column])
    op.create_index(
        "ix_listed_offering_counted",
        "listed_offering",
        ["service_id", "county_id"],
        postgresql_include=["municipalities", "languages", "remote", "approved"],
    )
    op.drop_index("ix_offering_everywhere", "offering")
    op.drop_index("ix_offering_municipalities", "offering")
    op.execute(f"REVOKE INSERT, UPDATE, DELETE ON listed_offering FROM {ROLE}, {SYSTEM}")


def _create_table() -> None:
    op.create_table(
        "listed_offering",
        sa.Column("offering_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("service_id", sa.SmallInteger(), nullable=False),
        sa.Column("municipalities", ARRAY(sa.Text()), nullable=False),
        sa.Column("languages", ARRAY(sa.Text()), nullable=False),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("communication", ARRAY(sa.Text()), nullable=False),
        sa.Column("home_visits", sa.Boolean()),
        sa.Column("next_free_on", sa.Date()),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("access", JSONB()),
        sa.Column("approved", DATEMULTIRANGE(), nullable=False),
        sa.PrimaryKeyConstraint("offering_id", name=op.f("pk_listed_offering")),
        sa.ForeignKeyConstraint(
            ["offering_id"], ["offering.id"], name=op.f("fk_listed_offering_offering_id"), ondelete="CASCADE"
        ),
    )


def _create_indexes(table: str) -> None:
    op.create_index(f"ix_{table}_municipalities", table, ["municipalities"], postgresql_using="gin")
    op.create_index(
        f"ix_{table}_everywhere",
        table,
        ["county_id", "service_id"],
        postgresql_where=sa.text(_EVERYWHERE),
    )


def downgrade() -> None:
    """Drop it."""
    _create_indexes("offering")
    for table, events in _TRIGGERS.items():
        for event in events:
            op.execute(f"DROP TRIGGER list_after_{event} ON {table}")
    op.execute("DROP FUNCTION list_after_change")
    op.execute("DROP FUNCTION list_offerings")
    op.execute("DROP VIEW offering_laid_out")
    op.execute("DROP FUNCTION approved_days")
    op.drop_table("listed_offering")
    op.drop_constraint(op.f("ck_offering_municipalities"), "offering")
