-- The lines of a charge together are never below zero, nor more than the own share of the charge, and an
-- invoice has charges of its own provider and client alone.
CREATE OR REPLACE FUNCTION check_co_payment_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  invoiced bigint;
  own bigint;
BEGIN
  SELECT c.co_payment_cents INTO own FROM charge c
    JOIN funding f ON f.id = c.funding_id
    JOIN co_payment_invoice i ON i.id = NEW.invoice_id
    WHERE c.id = NEW.charge_id AND c.corrects_id IS NULL AND c.provider_id = i.provider_id
      AND f.client_id = i.client_id AND f.county_id = i.county_id;
  SELECT sum(l.cents) INTO invoiced FROM co_payment_line l WHERE l.charge_id = NEW.charge_id;
  IF own IS NULL OR invoiced < 0 OR invoiced > own THEN
    RAISE EXCEPTION 'charge % cannot be invoiced by %', NEW.charge_id, NEW.cents
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER own_share AFTER INSERT ON co_payment_line
  FOR EACH ROW EXECUTE FUNCTION check_co_payment_line();
