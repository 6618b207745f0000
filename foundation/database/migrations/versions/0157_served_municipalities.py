"""A municipality that somebody serves is not removed, whoever asks the database."""

from __future__ import annotations

from alembic import op

revision = "0157"
down_revision = "0156"
branch_labels = None
depends_on = None

FUNCTION = """
CREATE OR REPLACE FUNCTION keep_served_municipality() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM offering o WHERE o.municipalities @> ARRAY[OLD.code])
    OR EXISTS (SELECT FROM approval a WHERE a.municipalities @> ARRAY[OLD.code])
    OR EXISTS (SELECT FROM application_service s WHERE s.state = 'pending' AND s.municipalities @> ARRAY[OLD.code]) THEN
    RAISE EXCEPTION 'municipality % is served', OLD.code USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$
"""
TRIGGER = """CREATE TRIGGER served BEFORE DELETE ON municipality
FOR EACH ROW EXECUTE FUNCTION keep_served_municipality()"""


def upgrade() -> None:
    """Guard the municipalities."""
    op.execute(FUNCTION)
    op.execute(TRIGGER)


def downgrade() -> None:
    """Leave it to the program's own check."""
    op.execute("DROP FUNCTION keep_served_municipality() CASCADE")
