-- A change of `plan_change` updates the documents of its fundings (docs/decisions/0055).
CREATE OR REPLACE FUNCTION lay_out_after_plan_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lay_out_fundings(ARRAY(
    SELECT DISTINCT key FROM (
      SELECT funding_id FROM changed
    ) AS keys (key) ORDER BY key
  ));
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER lay_out_insert AFTER INSERT ON plan_change
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_plan_change();
CREATE OR REPLACE TRIGGER lay_out_update AFTER UPDATE ON plan_change
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_plan_change();
CREATE OR REPLACE TRIGGER lay_out_delete AFTER DELETE ON plan_change
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_plan_change();
