-- A change of `service` renews the version of its catalogue (docs/decisions/0055).
CREATE OR REPLACE FUNCTION new_version_of_service() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO facts_version (kind, key, version)
  SELECT 2, found.key, gen_random_uuid()
  FROM (SELECT DISTINCT key FROM (SELECT 0) AS keys (key) ORDER BY key) AS found
  ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER new_version_insert AFTER INSERT ON service
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_service();
CREATE OR REPLACE TRIGGER new_version_update AFTER UPDATE ON service
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_service();
CREATE OR REPLACE TRIGGER new_version_delete AFTER DELETE ON service
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_service();
