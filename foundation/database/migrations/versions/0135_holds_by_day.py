"""An appeal holds a client's data until the first day of the state after it, not until that state is written."""

from __future__ import annotations

from alembic import op

revision = "0135"
down_revision = "0123"
branch_labels = None
depends_on = None

CLIENT_IS_HELD = """
CREATE OR REPLACE FUNCTION client_is_held(client bigint, day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM dispute d JOIN charge c ON c.id = d.charge_id JOIN funding f ON f.id = c.funding_id
      WHERE f.client_id = client AND d.turn <> 'closed')
    OR EXISTS (SELECT FROM grant_decision g JOIN LATERAL (
        SELECT s.state, lead(s.from_day, 1, 'infinity') OVER (ORDER BY s.from_day, s.id) > day AS lasts
        FROM decision_state s WHERE s.county_id = g.county_id AND s.number = g.number) s
      ON s.state = 'appealed' AND s.lasts
      WHERE g.client_id = client)
$$
"""
REFUSE_WHILE_HELD = """
CREATE OR REPLACE FUNCTION refuse_while_held() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE removed jsonb := to_jsonb(OLD); client bigint := (removed ->> 'client_id')::bigint;
  day date := coalesce(nullif(current_setting('omatori.today', true), '')::date,
    (now() AT TIME ZONE 'Europe/Helsinki')::date);
BEGIN
  IF TG_TABLE_NAME = 'message' THEN
    SELECT c.client_id INTO client FROM conversation c WHERE c.id = (removed ->> 'conversation_id')::bigint;
  END IF;
  IF client_is_held(client, day) THEN
    RAISE EXCEPTION 'an appeal or a dispute of the client is open' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$
"""
CLIENT_WAS_HELD = """
CREATE OR REPLACE FUNCTION client_is_held(client bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM dispute d JOIN charge c ON c.id = d.charge_id JOIN funding f ON f.id = c.funding_id
      WHERE f.client_id = client AND d.turn <> 'closed')
    OR EXISTS (SELECT FROM grant_decision g WHERE g.client_id = client AND 'appealed' = (
      SELECT s.state FROM decision_state s WHERE s.county_id = g.county_id AND s.number = g.number
      ORDER BY s.from_day DESC, s.id DESC LIMIT 1))
$$
"""
REFUSED_WHILE_HELD = """
CREATE OR REPLACE FUNCTION refuse_while_held() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE removed jsonb := to_jsonb(OLD); client bigint := (removed ->> 'client_id')::bigint;
BEGIN
  IF TG_TABLE_NAME = 'message' THEN
    SELECT c.client_id INTO client FROM conversation c WHERE c.id = (removed ->> 'conversation_id')::bigint;
  END IF;
  IF client_is_held(client) THEN
    RAISE EXCEPTION 'an appeal or a dispute of the client is open' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$
"""


def upgrade() -> None:
    """Read the states of decisions by day."""
    op.execute(CLIENT_IS_HELD)
    op.execute(REFUSE_WHILE_HELD)
    op.execute("DROP FUNCTION client_is_held(bigint)")


def downgrade() -> None:
    """Read the state that was written last."""
    op.execute(CLIENT_WAS_HELD)
    op.execute(REFUSED_WHILE_HELD)
    op.execute("DROP FUNCTION client_is_held(bigint, date)")
