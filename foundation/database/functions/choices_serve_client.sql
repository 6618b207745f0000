-- Whether one of some choices is for a client. The policies of a provider's workers call it: see provider_serves_client.
CREATE OR REPLACE FUNCTION choices_serve_client(choices bigint[], client bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM choice h JOIN funding f ON f.id = h.funding_id
    WHERE h.id = ANY (choices) AND f.client_id = client);
END $$;
