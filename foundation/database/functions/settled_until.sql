-- Up to which day what came in to a county is in a payment run: a run has what came in before the day of its preparation, up
-- to its last service day (docs/decisions/0226). A provider may know the day, also of runs in which it has nothing.
CREATE OR REPLACE FUNCTION settled_until(county smallint, with_prepared boolean) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT max(least(r.until, (r.prepared_at AT TIME ZONE 'Europe/Helsinki')::date - 1)) FROM payment_run r
  WHERE r.county_id = county AND (r.state IN ('approved', 'sent', 'closed') OR r.state = 'prepared' AND with_prepared)
$$;
