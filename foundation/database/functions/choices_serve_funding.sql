-- Whether one of some choices is for a funding. The policies of a provider's workers call it: see provider_serves_client.
CREATE OR REPLACE FUNCTION choices_serve_funding(choices bigint[], funding bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN EXISTS (SELECT FROM choice h JOIN funding f ON f.id = h.funding_id
    WHERE h.id = ANY (choices) AND f.id = choices_serve_funding.funding);
END $$;
