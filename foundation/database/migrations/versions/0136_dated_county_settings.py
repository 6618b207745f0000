"""A county's calendar and its late days change from a day on; what was in force before stays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0136"
down_revision = "0128"
branch_labels = None
depends_on = None

LATE_DAYS_ON = """
CREATE OR REPLACE FUNCTION late_days_on(county smallint, day date) RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT l.late_days FROM late_days_change l WHERE l.county_id = county AND l.from_day <= day
      ORDER BY l.from_day DESC LIMIT 1),
    (SELECT c.late_days FROM county c WHERE c.id = county))
$$
"""
NEW_VERSION = """
CREATE OR REPLACE FUNCTION new_version_of_late_days_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO facts_version (kind, key, version)
  SELECT 1, found.key, gen_random_uuid()
  FROM (SELECT DISTINCT key FROM (SELECT county_id FROM changed) AS keys (key) ORDER BY key) AS found
  ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version;
  RETURN NULL;
END $$
"""
EVENTS = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}
OLD_KEY, NEW_KEY = "uq_calendar_range_county_id_day_kind_from_minute", "uq_calendar_range_version"


def upgrade() -> None:
    """Let the stored calendar be the version from the beginning, and create the changes of late days."""
    op.add_column(
        "calendar_range", sa.Column("from_day", sa.Date(), nullable=False, server_default="0001-01-01")
    )
    op.drop_constraint(op.f(OLD_KEY), "calendar_range")
    op.create_unique_constraint(
        op.f(NEW_KEY), "calendar_range", ["county_id", "from_day", "day_kind", "from_minute"]
    )
    op.create_table(
        "late_days_change",
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.CheckConstraint("late_days >= 0", name=op.f("ck_late_days_change_late_days")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_late_days_change_county_id")),
        sa.PrimaryKeyConstraint("county_id", "from_day", name=op.f("pk_late_days_change")),
    )
    op.execute(LATE_DAYS_ON)
    op.execute(NEW_VERSION)
    for event, rows in EVENTS.items():
        op.execute(
            f"CREATE TRIGGER new_version_{event.lower()} AFTER {event} ON late_days_change"
            f" REFERENCING {rows} TABLE AS changed"
            " FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_late_days_change()"
        )


def downgrade() -> None:
    """Keep what is in force today; versions before and after it are lost."""
    op.execute("""
        UPDATE county SET late_days = late_days_on(id, (now() AT TIME ZONE 'Europe/Helsinki')::date)""")
    op.execute("DROP FUNCTION late_days_on(smallint, date)")
    op.drop_table("late_days_change")
    op.execute("DROP FUNCTION new_version_of_late_days_change()")
    op.execute("""
        DELETE FROM calendar_range r WHERE r.from_day IS DISTINCT FROM (
          SELECT max(v.from_day) FROM calendar_range v WHERE v.county_id = r.county_id
            AND v.from_day <= (now() AT TIME ZONE 'Europe/Helsinki')::date)""")
    op.drop_constraint(op.f(NEW_KEY), "calendar_range")
    op.create_unique_constraint(op.f(OLD_KEY), "calendar_range", ["county_id", "day_kind", "from_minute"])
    op.drop_column("calendar_range", "from_day")
