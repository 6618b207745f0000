-- Refuses to change a county's address of a time in which payment runs were approved: their invoices have it
-- (docs/decisions/0222). It reads the runs of every county, also where row-level security would hide them.
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
END $$;

CREATE OR REPLACE TRIGGER invoiced BEFORE INSERT OR UPDATE OR DELETE ON county_address
  FOR EACH ROW EXECUTE FUNCTION keep_invoiced_address();
