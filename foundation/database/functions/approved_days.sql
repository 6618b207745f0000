-- The days on which an approval is in force: from each day with a state to the next one, if the last state of
-- the day is `approved` (docs/decisions/0188).
CREATE OR REPLACE FUNCTION approved_days(of_approval bigint) RETURNS datemultirange LANGUAGE sql STABLE AS $$
  SELECT coalesce(range_agg(daterange(from_day, next_day)) FILTER (WHERE state = 'approved'), '{}')
  FROM (
    SELECT state, from_day, lead(from_day) OVER (ORDER BY from_day) AS next_day
    FROM (
      SELECT DISTINCT ON (from_day) from_day, state FROM approval_state
      WHERE approval_id = of_approval ORDER BY from_day, id DESC
    ) AS last_of_day
  ) AS periods
$$;
