-- A change of `decision_state` updates the documents of its fundings (docs/decisions/0055).
CREATE OR REPLACE FUNCTION lay_out_after_decision_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lay_out_fundings(ARRAY(
    SELECT DISTINCT key FROM (
      SELECT f.id FROM changed c
      JOIN funding f ON f.county_id = c.county_id AND f.decision_number = c.number
    ) AS keys (key) ORDER BY key
  ));
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER lay_out_insert AFTER INSERT ON decision_state
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_decision_state();
CREATE OR REPLACE TRIGGER lay_out_update AFTER UPDATE ON decision_state
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_decision_state();
CREATE OR REPLACE TRIGGER lay_out_delete AFTER DELETE ON decision_state
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_decision_state();
