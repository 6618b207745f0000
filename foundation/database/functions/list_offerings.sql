-- Makes the rows of `listed_offering` of these offerings what `offering_laid_out` says (docs/decisions/0188).
CREATE OR REPLACE FUNCTION list_offerings(ids bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM listed_offering l USING unnest(ids) AS one (id)
    WHERE l.offering_id = one.id AND NOT EXISTS (SELECT FROM offering_laid_out v WHERE v.offering_id = one.id);
  INSERT INTO listed_offering AS l (offering_id, provider_id, county_id, service_id, municipalities, languages,
    remote, communication, home_visits, next_free_on, latitude, longitude, access, approved)
  SELECT v.* FROM unnest(ids) AS one (id)
    CROSS JOIN LATERAL (SELECT * FROM offering_laid_out v WHERE v.offering_id = one.id OFFSET 0) AS v
  ON CONFLICT (offering_id) DO UPDATE SET (provider_id, county_id, service_id, municipalities, languages,
    remote, communication, home_visits, next_free_on, latitude, longitude, access, approved)
    = (excluded.provider_id, excluded.county_id, excluded.service_id, excluded.municipalities,
    excluded.languages, excluded.remote, excluded.communication, excluded.home_visits, excluded.next_free_on,
    excluded.latitude, excluded.longitude, excluded.access, excluded.approved)
    WHERE l.* IS DISTINCT FROM excluded.*;
END $$;
