-- A change of `client_absence` updates the documents of its fundings (docs/decisions/0055).
CREATE OR REPLACE FUNCTION lay_out_after_client_absence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lay_out_fundings(ARRAY(
    SELECT DISTINCT key FROM (
      SELECT f.id FROM changed c
      JOIN funding f ON f.client_id = c.client_id
    ) AS keys (key) ORDER BY key
  ));
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER lay_out_insert AFTER INSERT ON client_absence
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_client_absence();
CREATE OR REPLACE TRIGGER lay_out_update AFTER UPDATE ON client_absence
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_client_absence();
CREATE OR REPLACE TRIGGER lay_out_delete AFTER DELETE ON client_absence
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_client_absence();
