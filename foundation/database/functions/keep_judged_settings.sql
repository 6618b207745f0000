-- Refuses to change a county's calendar, late days or pay days of a time in which charges were judged by them, whoever
-- asks (docs/decisions/0213, 0226). Pay days are those of the day on which a charge was accepted. It reads the charges of every county, also where row-level security would hide them.
CREATE OR REPLACE FUNCTION keep_judged_settings() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  setting jsonb;
  own_county smallint;
  first date;
  has_judged boolean;
BEGIN
  FOREACH setting IN ARRAY array_remove(ARRAY[to_jsonb(OLD), to_jsonb(NEW)], NULL) LOOP
    own_county := coalesce(setting ->> 'county_id', setting ->> 'id')::smallint;
    first := coalesce((setting ->> 'from_day')::date, '-infinity');
    IF TG_TABLE_NAME = 'calendar_range' THEN
      has_judged := EXISTS (SELECT FROM funding f JOIN charge c ON c.funding_id = f.id
        WHERE f.county_id = own_county AND c.service_day >= first AND c.state IN ('accepted', 'on_hold', 'settled'));
    ELSE
      has_judged := (SELECT (c.received_at AT TIME ZONE 'Europe/Helsinki')::date >= first FROM charge c
        WHERE c.county_id = own_county AND c.state = 'accepted' ORDER BY c.id DESC LIMIT 1)
        OR TG_TABLE_NAME = 'settlement_calendar' AND EXISTS (SELECT FROM charge c WHERE c.county_id = own_county
          AND c.state = 'accepted' AND c.admitted_at >= first::timestamp AT TIME ZONE 'Europe/Helsinki');
    END IF;
    IF has_judged THEN
      RAISE EXCEPTION '% of county % from % on has judged charges', TG_TABLE_NAME, own_county, first
        USING ERRCODE = 'restrict_violation';
    END IF;
  END LOOP;
  RETURN coalesce(NEW, OLD);
END $$;

CREATE OR REPLACE TRIGGER judged BEFORE INSERT OR UPDATE OR DELETE ON calendar_range
  FOR EACH ROW EXECUTE FUNCTION keep_judged_settings();
CREATE OR REPLACE TRIGGER judged BEFORE INSERT OR UPDATE OR DELETE ON late_days_change
  FOR EACH ROW EXECUTE FUNCTION keep_judged_settings();
CREATE OR REPLACE TRIGGER judged BEFORE INSERT OR UPDATE OR DELETE ON settlement_calendar
  FOR EACH ROW EXECUTE FUNCTION keep_judged_settings();
CREATE OR REPLACE TRIGGER judged BEFORE UPDATE ON county
  FOR EACH ROW WHEN (OLD.late_days IS DISTINCT FROM NEW.late_days) EXECUTE FUNCTION keep_judged_settings();
