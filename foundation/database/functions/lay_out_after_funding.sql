-- A change of `funding` updates the documents of its fundings (docs/decisions/0055).
CREATE OR REPLACE FUNCTION lay_out_after_funding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lay_out_fundings(ARRAY(
    SELECT DISTINCT key FROM (
      SELECT id FROM changed
    ) AS keys (key) ORDER BY key
  ));
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER lay_out_insert AFTER INSERT ON funding
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_funding();
CREATE OR REPLACE TRIGGER lay_out_update AFTER UPDATE ON funding
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_funding();
