-- A change of prices, approvals, papers, terms or states marks the fundings whose holds depend on it
-- (docs/decisions/0150). The job of the timetable plans them again.
-- As the owner of the tables: a price marks the fundings of every client (docs/decisions/0184).
CREATE OR REPLACE FUNCTION mark_to_replan() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'price' THEN
    INSERT INTO funding_to_replan (funding_id)
    SELECT DISTINCT h.funding_id FROM changed c JOIN choice h ON h.offering_id = c.offering_id
    WHERE h.ended_at IS NULL ORDER BY 1 ON CONFLICT DO NOTHING;
  ELSIF TG_TABLE_NAME = 'approval_state' THEN
    INSERT INTO funding_to_replan (funding_id)
    SELECT DISTINCT h.funding_id FROM changed c JOIN approval a ON a.id = c.approval_id
    JOIN choice h ON h.provider_id = a.provider_id AND h.county_id = a.county_id
    WHERE h.ended_at IS NULL ORDER BY 1 ON CONFLICT DO NOTHING;
  ELSIF TG_TABLE_NAME = 'provider_paper' THEN
    INSERT INTO funding_to_replan (funding_id)
    SELECT DISTINCT h.funding_id FROM changed c JOIN choice h ON h.provider_id = c.provider_id
    WHERE h.ended_at IS NULL ORDER BY 1 ON CONFLICT DO NOTHING;
  ELSIF TG_TABLE_NAME = 'decision_state' THEN
    INSERT INTO funding_to_replan (funding_id)
    SELECT DISTINCT h.funding_id FROM changed c
    JOIN funding f ON f.county_id = c.county_id AND f.decision_number = c.number
    JOIN choice h ON h.funding_id = f.id
    WHERE h.ended_at IS NULL ORDER BY 1 ON CONFLICT DO NOTHING;
  ELSE
    INSERT INTO funding_to_replan (funding_id)
    SELECT DISTINCT h.funding_id FROM changed c JOIN choice h ON h.funding_id = c.funding_id
    WHERE h.ended_at IS NULL ORDER BY 1 ON CONFLICT DO NOTHING;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER replan_after_insert AFTER INSERT ON price
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan();
CREATE OR REPLACE TRIGGER replan_after_update AFTER UPDATE ON price
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan();
CREATE OR REPLACE TRIGGER replan_after_insert AFTER INSERT ON approval_state
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan();
CREATE OR REPLACE TRIGGER replan_after_update AFTER UPDATE ON approval_state
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan();
CREATE OR REPLACE TRIGGER replan_after_insert AFTER INSERT ON provider_paper
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan();
CREATE OR REPLACE TRIGGER replan_after_update AFTER UPDATE ON provider_paper
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan();
CREATE OR REPLACE TRIGGER replan_after_insert AFTER INSERT ON decision_state
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan();
CREATE OR REPLACE TRIGGER replan_after_update AFTER UPDATE ON decision_state
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan();
CREATE OR REPLACE TRIGGER replan_after_insert AFTER INSERT ON funding_terms
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan();
CREATE OR REPLACE TRIGGER replan_after_update AFTER UPDATE ON funding_terms
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan();
CREATE OR REPLACE TRIGGER replan_after_insert AFTER INSERT ON funding_state
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan();
CREATE OR REPLACE TRIGGER replan_after_update AFTER UPDATE ON funding_state
  REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION mark_to_replan();
