-- A change that a provider's program may want to know of is left for its webhooks, in the transaction of the change
-- (docs/decisions/0211). Charges of a file are not reported one by one: the file is, when it is done.
-- As the owner of the tables: a county's act reports to the provider whose row it is.
CREATE OR REPLACE FUNCTION report_change() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE kind text; subject bigint; provider bigint;
BEGIN
  IF TG_TABLE_NAME = 'payment_run' THEN
    INSERT INTO webhook_delivery (webhook_id, provider_id, event_id, type, subject_id, made_at, state, attempts)
    SELECT w.id, w.provider_id, e.event_id, 'settlement.approved', e.id, now(), 'waiting', 0
    FROM (SELECT gen_random_uuid() AS event_id, s.id, s.provider_id FROM settlement s WHERE s.run_id = NEW.id) e
    JOIN webhook w ON w.provider_id = e.provider_id
    WHERE w.state = 'on' AND 'settlement.approved' = ANY (w.events) ORDER BY e.id, w.id;
    RETURN NULL;
  ELSIF TG_TABLE_NAME = 'charge' THEN
    provider := NEW.provider_id; subject := NEW.id;
    kind := CASE
      WHEN TG_OP = 'INSERT' AND NEW.corrects_id IS NOT NULL THEN 'charge.corrected'
      WHEN TG_OP = 'INSERT' THEN 'charge.' || NEW.state
      WHEN NEW.state = 'accepted' THEN 'charge.admitted'
      ELSE 'charge.' || NEW.state END;
  ELSIF TG_TABLE_NAME = 'charge_file' THEN
    provider := NEW.provider_id; subject := NEW.id; kind := 'charge_file.finished';
  ELSIF TG_TABLE_NAME = 'payment' THEN
    provider := NEW.provider_id; subject := NEW.settlement_id;
    kind := CASE NEW.state WHEN 'sent' THEN 'settlement.sent' WHEN 'confirmed' THEN 'settlement.paid'
      WHEN 'returned' THEN 'settlement.returned' END;
  ELSIF TG_TABLE_NAME = 'choice' THEN
    provider := NEW.provider_id; subject := NEW.id;
    kind := CASE TG_OP WHEN 'INSERT' THEN 'choice.made' ELSE 'choice.ended' END;
  ELSE
    SELECT d.provider_id, d.charge_id INTO provider, subject FROM dispute d WHERE d.id = NEW.dispute_id;
    kind := CASE WHEN NEW.party = 'county' THEN 'dispute.decided' WHEN NEW.act = 'claim' THEN 'charge.disputed'
      ELSE 'dispute.answered' END;
  END IF;
  INSERT INTO webhook_delivery (webhook_id, provider_id, event_id, type, subject_id, made_at, state, attempts)
  SELECT w.id, w.provider_id, (SELECT gen_random_uuid()), kind, subject, now(), 'waiting', 0
  FROM webhook w WHERE w.provider_id = provider AND w.state = 'on' AND kind = ANY (w.events) ORDER BY w.id;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER report_insert AFTER INSERT ON charge
  FOR EACH ROW WHEN (NEW.charge_file_id IS NULL) EXECUTE FUNCTION report_change();
CREATE OR REPLACE TRIGGER report_state AFTER UPDATE OF state ON charge
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION report_change();
CREATE OR REPLACE TRIGGER report_finished AFTER UPDATE OF results ON charge_file
  FOR EACH ROW EXECUTE FUNCTION report_change();
CREATE OR REPLACE TRIGGER report_approved AFTER UPDATE OF state ON payment_run
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state = 'approved') EXECUTE FUNCTION report_change();
CREATE OR REPLACE TRIGGER report_state AFTER UPDATE OF state ON payment
  FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state AND NEW.state <> 'prepared') EXECUTE FUNCTION report_change();
CREATE OR REPLACE TRIGGER report_insert AFTER INSERT ON choice
  FOR EACH ROW EXECUTE FUNCTION report_change();
CREATE OR REPLACE TRIGGER report_end AFTER UPDATE OF ends_on, ended_at, withdrawn_at ON choice
  FOR EACH ROW WHEN (OLD.ends_on IS DISTINCT FROM NEW.ends_on OR OLD.ended_at IS DISTINCT FROM NEW.ended_at
    OR OLD.withdrawn_at IS DISTINCT FROM NEW.withdrawn_at) EXECUTE FUNCTION report_change();
CREATE OR REPLACE TRIGGER report_insert AFTER INSERT ON dispute_entry
  FOR EACH ROW WHEN (NEW.party <> 'provider') EXECUTE FUNCTION report_change();
