-- For how many days after a visit a county takes charges that come in on a day: the newest change that has begun, or
-- what the county began with (docs/decisions/0213).
CREATE OR REPLACE FUNCTION late_days_on(county smallint, day date) RETURNS integer
LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT l.late_days FROM late_days_change l WHERE l.county_id = county AND l.from_day <= day
      ORDER BY l.from_day DESC LIMIT 1),
    (SELECT c.late_days FROM county c WHERE c.id = county))
$$;
