-- A change of `plan_pause` updates the documents of its fundings (docs/decisions/0055).
CREATE OR REPLACE FUNCTION lay_out_after_plan_pause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lay_out_fundings(ARRAY(
    SELECT DISTINCT key FROM (
      SELECT f.id FROM changed c JOIN funding f ON f.client_id = c.client_id
      UNION ALL SELECT funding_id FROM changed WHERE funding_id IS NOT NULL
    ) AS keys (key) ORDER BY key
  ));
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER lay_out_insert AFTER INSERT ON plan_pause
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_plan_pause();
CREATE OR REPLACE TRIGGER lay_out_update AFTER UPDATE ON plan_pause
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_plan_pause();
CREATE OR REPLACE TRIGGER lay_out_delete AFTER DELETE ON plan_pause
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_plan_pause();
