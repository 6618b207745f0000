-- A change of `funding_terms` updates the documents of its fundings (docs/decisions/0055).
CREATE OR REPLACE FUNCTION lay_out_after_funding_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lay_out_fundings(ARRAY(
    SELECT DISTINCT key FROM (
      SELECT funding_id FROM changed
    ) AS keys (key) ORDER BY key
  ));
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER lay_out_insert AFTER INSERT ON funding_terms
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_funding_terms();
CREATE OR REPLACE TRIGGER lay_out_update AFTER UPDATE ON funding_terms
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_funding_terms();
CREATE OR REPLACE TRIGGER lay_out_delete AFTER DELETE ON funding_terms
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION lay_out_after_funding_terms();
