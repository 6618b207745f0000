-- A change of `provider_paper` renews the version of its provider (docs/decisions/0055).
CREATE OR REPLACE FUNCTION new_version_of_provider_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO facts_version (kind, key, version)
  SELECT 0, found.key, gen_random_uuid()
  FROM (SELECT DISTINCT key FROM (SELECT provider_id FROM changed) AS keys (key) ORDER BY key) AS found
  ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER new_version_insert AFTER INSERT ON provider_paper
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_provider_paper();
CREATE OR REPLACE TRIGGER new_version_update AFTER UPDATE ON provider_paper
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_provider_paper();
CREATE OR REPLACE TRIGGER new_version_delete AFTER DELETE ON provider_paper
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_provider_paper();
