-- Whether a client's data must not be removed: a dispute is open, or the newest state of a decision is an appeal.
CREATE OR REPLACE FUNCTION client_is_held(client bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM dispute d JOIN charge c ON c.id = d.charge_id JOIN funding f ON f.id = c.funding_id
      WHERE f.client_id = client AND d.turn <> 'closed')
    OR EXISTS (SELECT FROM grant_decision g WHERE g.client_id = client AND 'appealed' = (
      SELECT s.state FROM decision_state s WHERE s.county_id = g.county_id AND s.number = g.number
      ORDER BY s.from_day DESC, s.id DESC LIMIT 1))
$$;
