-- Refuses to remove a municipality that an offering serves, an approval is limited to, or an application waits for: they
-- name it in a list, which no foreign key guards (docs/decisions/0227). It reads the rows of every county and provider.
CREATE OR REPLACE FUNCTION keep_served_municipality() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM offering o WHERE o.municipalities @> ARRAY[OLD.code])
    OR EXISTS (SELECT FROM approval a WHERE a.municipalities @> ARRAY[OLD.code])
    OR EXISTS (SELECT FROM application_service s WHERE s.state = 'pending' AND s.municipalities @> ARRAY[OLD.code]) THEN
    RAISE EXCEPTION 'municipality % is served', OLD.code USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN OLD;
END $$;

CREATE OR REPLACE TRIGGER served BEFORE DELETE ON municipality
  FOR EACH ROW EXECUTE FUNCTION keep_served_municipality();
