-- Refuses to remove what was said of and by a client whose appeal or dispute is open, also to jobs (docs/decisions/0194).
-- A job gives its day in `omatori.today`; anybody else has the day of the database's clock.
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
END $$;

CREATE OR REPLACE TRIGGER held BEFORE DELETE ON card FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
CREATE OR REPLACE TRIGGER held BEFORE DELETE ON help_request FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
CREATE OR REPLACE TRIGGER held BEFORE DELETE ON mandate_invitation FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
CREATE OR REPLACE TRIGGER held BEFORE DELETE ON message FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
CREATE OR REPLACE TRIGGER held BEFORE DELETE ON own_goal FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
CREATE OR REPLACE TRIGGER held BEFORE DELETE ON proposal FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
CREATE OR REPLACE TRIGGER held BEFORE DELETE ON support_plan FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
CREATE OR REPLACE TRIGGER held BEFORE DELETE ON time_request FOR EACH ROW EXECUTE FUNCTION refuse_while_held();
