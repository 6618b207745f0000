-- A receipt stays as it was marked; it can only be taken back, once.
CREATE OR REPLACE FUNCTION keep_co_payment_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.undone_at IS NOT NULL
    OR (to_jsonb(NEW) - '{undone_at,undone_by}'::text[]) <> (to_jsonb(OLD) - '{undone_at,undone_by}'::text[])
  THEN
    RAISE EXCEPTION 'receipt % does not change', OLD.id USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER kept BEFORE UPDATE OR DELETE ON co_payment_receipt
  FOR EACH ROW EXECUTE FUNCTION keep_co_payment_receipt();
