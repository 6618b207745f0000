-- A change of `late_days_change` renews the version of its county (docs/decisions/0055).
CREATE OR REPLACE FUNCTION new_version_of_late_days_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO facts_version (kind, key, version)
  SELECT 1, found.key, gen_random_uuid()
  FROM (SELECT DISTINCT key FROM (SELECT county_id FROM changed) AS keys (key) ORDER BY key) AS found
  ON CONFLICT (kind, key) DO UPDATE SET version = excluded.version;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER new_version_insert AFTER INSERT ON late_days_change
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_late_days_change();
CREATE OR REPLACE TRIGGER new_version_update AFTER UPDATE ON late_days_change
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_late_days_change();
CREATE OR REPLACE TRIGGER new_version_delete AFTER DELETE ON late_days_change
  REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION new_version_of_late_days_change();
