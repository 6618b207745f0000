-- A change of offerings, approvals, their states, places or free times updates the rows of `listed_offering`
-- (docs/decisions/0188). All changes of a provider wait for each other on its row, so each sees what was committed
-- before it. It runs as the owner of the tables: nobody else writes these rows.
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
  ELSIF TG_TABLE_NAME = 'free_times' THEN
    ids := ARRAY(SELECT offering_id FROM changed);
  ELSE
    ids := ARRAY(SELECT o.id FROM changed u JOIN offering o ON o.unit_id = u.id);
  END IF;
  PERFORM list_offerings(ids);
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER list_after_insert AFTER INSERT ON offering
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_update AFTER UPDATE ON offering
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_update AFTER UPDATE ON approval
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_move AFTER UPDATE ON approval
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_insert AFTER INSERT ON approval_state
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_update AFTER UPDATE ON approval_state
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_move AFTER UPDATE ON approval_state
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_delete AFTER DELETE ON approval_state
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_update AFTER UPDATE ON provider_unit
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_insert AFTER INSERT ON free_times
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_update AFTER UPDATE ON free_times
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
CREATE OR REPLACE TRIGGER list_after_delete AFTER DELETE ON free_times
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION list_after_change();
