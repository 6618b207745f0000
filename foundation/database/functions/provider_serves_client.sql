-- Whether a client is one of a provider's: has chosen it, was charged by it or wrote to it. Policies of row-level
-- security call it (docs/decisions/0184). It reads as the owner of the tables, whom policies do not hold back:
-- otherwise those of `client` and `funding` would need each other.
CREATE OR REPLACE FUNCTION provider_serves_client(provider bigint, client bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM funding f JOIN choice h ON h.funding_id = f.id
      WHERE f.client_id = client AND h.provider_id = provider)
    OR EXISTS (SELECT FROM funding f JOIN charge c ON c.funding_id = f.id
      WHERE f.client_id = client AND c.provider_id = provider)
    OR EXISTS (SELECT FROM conversation c WHERE c.client_id = client AND c.provider_id = provider)
    OR EXISTS (SELECT FROM time_request r WHERE r.client_id = client AND r.provider_id = provider)
    OR EXISTS (SELECT FROM funding f WHERE f.client_id = client AND f.provider_id = provider);
END $$;
