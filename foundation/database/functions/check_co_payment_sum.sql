-- At the end of its transaction an invoice has lines, and its sum is theirs. A credit note is of an invoice of
-- the same provider and client.
CREATE OR REPLACE FUNCTION check_co_payment_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  invoice co_payment_invoice;
BEGIN
  IF TG_TABLE_NAME = 'co_payment_invoice' THEN
    SELECT * INTO invoice FROM co_payment_invoice WHERE id = NEW.id;
  ELSE
    SELECT * INTO invoice FROM co_payment_invoice WHERE id = NEW.invoice_id;
  END IF;
  IF invoice.sum_cents IS DISTINCT FROM (SELECT sum(cents) FROM co_payment_line WHERE invoice_id = invoice.id)
  THEN
    RAISE EXCEPTION 'invoice % is not the sum of its lines', invoice.id USING ERRCODE = 'check_violation';
  END IF;
  IF invoice.credits_id IS NOT NULL AND NOT EXISTS (SELECT FROM co_payment_invoice o
    WHERE o.id = invoice.credits_id AND o.provider_id = invoice.provider_id
      AND o.client_id = invoice.client_id AND o.credits_id IS NULL)
  THEN
    RAISE EXCEPTION 'invoice % credits another''s', invoice.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER sum_of_lines AFTER INSERT ON co_payment_invoice DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION check_co_payment_sum();
CREATE CONSTRAINT TRIGGER sum_of_lines AFTER INSERT ON co_payment_line DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION check_co_payment_sum();
