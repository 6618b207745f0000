-- Whether a funding is one of a provider's: it was chosen or charged there, or granted for it. Policies of
-- row-level security call it, as they call `provider_serves_client`.
CREATE OR REPLACE FUNCTION provider_serves_funding(provider bigint, funding bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM choice h WHERE h.funding_id = funding AND h.provider_id = provider)
    OR EXISTS (SELECT FROM charge c WHERE c.funding_id = funding AND c.provider_id = provider)
    OR EXISTS (SELECT FROM funding f WHERE f.id = funding AND f.provider_id = provider);
END $$;
