"""A county has a postal address on invoices, from a day on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0149"
down_revision = "0148"
branch_labels = None
depends_on = None

ADDRESS = "street <> '' AND town <> '' AND postcode ~ '^[0-9]{5}$'"
FUNCTION = """
CREATE OR REPLACE FUNCTION keep_invoiced_address() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  address jsonb;
BEGIN
  FOREACH address IN ARRAY array_remove(ARRAY[to_jsonb(OLD), to_jsonb(NEW)], NULL) LOOP
    IF EXISTS (SELECT FROM payment_run r WHERE r.county_id = (address ->> 'county_id')::smallint
      AND (r.approved_at AT TIME ZONE 'Europe/Helsinki')::date >= (address ->> 'from_day')::date) THEN
      RAISE EXCEPTION 'the address of county % from % on is on invoices', address ->> 'county_id', address ->> 'from_day'
        USING ERRCODE = 'restrict_violation';
    END IF;
  END LOOP;
  RETURN coalesce(NEW, OLD);
END $$
"""
TRIGGER = """CREATE TRIGGER invoiced BEFORE INSERT OR UPDATE OR DELETE ON county_address
FOR EACH ROW EXECUTE FUNCTION keep_invoiced_address()"""


def upgrade() -> None:
    """Create the addresses, and guard those that invoices have."""
    op.create_table(
        "county_address",
        sa.Column("county_id", sa.SmallInteger(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("street", "postcode", "town")),
        sa.CheckConstraint(ADDRESS, name=op.f("ck_county_address_address")),
        sa.ForeignKeyConstraint(["county_id"], ["county.id"], name=op.f("fk_county_address_county_id")),
        sa.PrimaryKeyConstraint("county_id", "from_day", name=op.f("pk_county_address")),
    )
    op.execute(FUNCTION)
    op.execute(TRIGGER)


def downgrade() -> None:
    """Invoices name the county without an address again."""
    op.drop_table("county_address")
    op.execute("DROP FUNCTION keep_invoiced_address()")
