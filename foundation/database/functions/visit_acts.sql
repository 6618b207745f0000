-- How often planned visits of choices were changed, and when last: the log itself shows requests few rows
-- (docs/decisions/0209).
CREATE OR REPLACE FUNCTION visit_acts(choices bigint[]) RETURNS TABLE (choice_id bigint, acts bigint, last_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT subject_id::bigint, count(*), max(at) FROM audit_event
  WHERE subject_kind = 'choice' AND act LIKE 'visit.%'
    AND subject_id = ANY (SELECT unnest(choices)::text) GROUP BY subject_id
$$;
