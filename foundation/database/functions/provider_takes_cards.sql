-- Whether clients of a county can pay the provider by card; a client does not see the account itself.
CREATE OR REPLACE FUNCTION provider_takes_cards(county smallint, provider bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM stripe_account a WHERE a.county_id = county AND a.provider_id = provider
    AND a.gone_at IS NULL AND a.can_charge_cards AND a.disabled_reason IS NULL);
END $$;
