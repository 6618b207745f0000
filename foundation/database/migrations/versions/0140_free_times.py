"""Providers give free hours of the week; the first free day of a search follows from them.

The downgrade drops them: the day that a provider typed is shown again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint

revision = "0140"
down_revision = "0134"
branch_labels = None
depends_on = None

BIG, SMALL, DAY = sa.BigInteger(), sa.SmallInteger(), sa.Date()
_BRANCH = """  ELSIF TG_TABLE_NAME = 'free_times' THEN
    ids := ARRAY(SELECT offering_id FROM changed);
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
{branch}  ELSE
    ids := ARRAY(SELECT o.id FROM changed u JOIN offering o ON o.unit_id = u.id);
  END IF;
  PERFORM list_offerings(ids);
  RETURN NULL;
END $$;
"""
_LAID_OUT = """
CREATE OR REPLACE VIEW offering_laid_out AS
SELECT o.id AS offering_id, o.provider_id, o.county_id, o.service_id, o.municipalities, o.languages, o.remote,
  o.communication, o.home_visits,
  {next_free_on}, u.latitude, u.longitude, u.access, d.approved
FROM offering o
JOIN approval a ON a.provider_id = o.provider_id AND a.county_id = o.county_id AND a.service_id = o.service_id
LEFT JOIN provider_unit u ON u.id = o.unit_id
{free_times}CROSS JOIN LATERAL (SELECT approved_days(a.id) AS approved) AS d
WHERE o.published AND NOT isempty(d.approved);
"""
_TYPED_OR_FREE = (
    "CASE WHEN f.offering_id IS NULL THEN o.next_free_on ELSE f.first_free_on END AS next_free_on"
)
_FREE_TIMES = "LEFT JOIN free_times f ON f.offering_id = o.id"
_TRIGGERS = (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD"))


def upgrade() -> None:
    """Add the tables, and let the first free day follow from them."""
    op.create_unique_constraint("uq_offering_of_provider", "offering", ["id", "provider_id"])
    _hours()
    _closed_days()
    _free_times()
    _define(_BRANCH, _TYPED_OR_FREE, _FREE_TIMES)
    for event, rows in _TRIGGERS:
        op.execute(
            f"CREATE TRIGGER list_after_{event} AFTER {event.upper()} ON free_times REFERENCING {rows} TABLE "
            "AS changed FOR EACH STATEMENT EXECUTE FUNCTION list_after_change()"
        )


def _define(branch: str, next_free_on: str, free_times: str) -> None:
    op.execute(_AFTER_CHANGE.replace("{branch}", branch))
    op.execute(_LAID_OUT.replace("{next_free_on}", next_free_on).replace("{free_times}", free_times + "\n"))


def _hours() -> None:
    op.create_table(
        "free_hours",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("weekday", SMALL, nullable=False),
        sa.Column("start_minute", SMALL, nullable=False),
        sa.Column("end_minute", SMALL, nullable=False),
        sa.Column("first_day", DAY, nullable=False),
        sa.Column("last_day", DAY, nullable=True),
        sa.Column("at_once", SMALL, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_free_hours")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_free_hours_provider_id")),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_free_hours_weekday")),
        sa.CheckConstraint(
            "start_minute >= 0 AND end_minute <= 1440 AND end_minute - start_minute >= 30",
            name=op.f("ck_free_hours_minutes"),
        ),
        sa.CheckConstraint("at_once BETWEEN 1 AND 50", name=op.f("ck_free_hours_at_once")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_free_hours_days")),
    )
    op.create_index("uq_free_hours_id_provider", "free_hours", ["id", "provider_id"], unique=True)
    op.create_index("ix_free_hours_provider_id", "free_hours", ["provider_id"])
    op.create_table(
        "free_hours_offering",
        sa.Column("free_hours_id", BIG, autoincrement=False, nullable=False),
        sa.Column("offering_id", BIG, autoincrement=False, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("free_hours_id", "offering_id", name=op.f("pk_free_hours_offering")),
        sa.ForeignKeyConstraint(
            ["free_hours_id", "provider_id"],
            ["free_hours.id", "free_hours.provider_id"],
            name="fk_free_hours_offering_hours",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["offering_id", "provider_id"],
            ["offering.id", "offering.provider_id"],
            name="fk_free_hours_offering_offering",
        ),
    )
    op.create_index("ix_free_hours_offering_offering_id", "free_hours_offering", ["offering_id"])


def _closed_days() -> None:
    op.create_table(
        "closed_days",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("first_day", DAY, nullable=False),
        sa.Column("last_day", DAY, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_days")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_closed_days_provider_id")),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_closed_days_days")),
        ExcludeConstraint(
            (sa.text("int8range(provider_id, provider_id, '[]')"), "&&"),
            (sa.text("daterange(first_day, last_day, '[]')"), "&&"),
            name="ex_closed_days_of_provider",
            using="gist",
        ),
    )


def _free_times() -> None:
    op.create_table(
        "free_times",
        sa.Column("offering_id", BIG, autoincrement=False, nullable=False),
        sa.Column("provider_id", BIG, nullable=False),
        sa.Column("first_free_on", DAY, nullable=True),
        sa.Column("slots", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("offering_id", name=op.f("pk_free_times")),
        sa.ForeignKeyConstraint(
            ["offering_id", "provider_id"],
            ["offering.id", "offering.provider_id"],
            name="fk_free_times_offering",
        ),
        sa.CheckConstraint("jsonb_typeof(slots) = 'array'", name=op.f("ck_free_times_slots")),
        sa.CheckConstraint(
            "(first_free_on IS NULL) = (slots = '[]'::jsonb)", name=op.f("ck_free_times_first_free_on")
        ),
    )
    op.create_index("ix_free_times_provider_id", "free_times", ["provider_id"])


def downgrade() -> None:
    """Drop them."""
    op.execute("DELETE FROM free_times")
    _define("", "o.next_free_on", "")
    for table in ("free_times", "closed_days", "free_hours_offering", "free_hours"):
        op.drop_table(table)
    op.drop_constraint("uq_offering_of_provider", "offering")
