-- Whether a client's data must not be removed on a day: a dispute is open, or a decision is under appeal on that day or
-- from a later one. A state that is written ahead ends no appeal before its first day.
CREATE OR REPLACE FUNCTION client_is_held(client bigint, day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM dispute d JOIN charge c ON c.id = d.charge_id JOIN funding f ON f.id = c.funding_id
      WHERE f.client_id = client AND d.turn <> 'closed')
    OR EXISTS (SELECT FROM grant_decision g JOIN LATERAL (
        SELECT s.state, lead(s.from_day, 1, 'infinity') OVER (ORDER BY s.from_day, s.id) > day AS lasts
        FROM decision_state s WHERE s.county_id = g.county_id AND s.number = g.number) s
      ON s.state = 'appealed' AND s.lasts
      WHERE g.client_id = client)
$$;
