-- A change of `price` renews the version of its provider (docs/decisions/0055).
CREATE OR REPLACE FUNCTION new_version_of_price() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO facts_version (kind, key, version)
  SELECT 0, found.key, gen_random_uuid()
  FROM (SELECT DISTINCT key FROM (SELECT o.provider_id FROM changed c JOIN offering o ON o.id = c.offering_id) AS keys (key) ORDER BY key) AS found
  ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER new_version_insert AFTER INSERT ON price
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_price();
CREATE OR REPLACE TRIGGER new_version_update AFTER UPDATE ON price
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_price();
CREATE OR REPLACE TRIGGER new_version_delete AFTER DELETE ON price
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_price();
