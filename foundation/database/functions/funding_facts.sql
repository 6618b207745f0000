-- All facts of a funding, with all of its charges that a limit counts, for those who read few fundings.
-- `clearing.grants.load.funding_documents` reads the array by position.
CREATE OR REPLACE VIEW funding_facts WITH (security_invoker = true) AS
SELECT d.funding_id, json_build_array(d.document, b.granted_cents, b.free_cents, b.granted_hundredths,
b.free_hundredths, b.charged_hundredths + b.settled_hundredths,
(SELECT json_agg(json_build_array(p.choice_id, p.visit_day, p.visit_number, p.id))
  FROM charge p WHERE p.funding_id = d.funding_id AND p.visit_day IS NOT NULL
    AND p.state IN ('accepted', 'on_hold', 'settled')),
(SELECT json_agg(json_build_array(h.id, h.offering_id, h.provider_id, h.starts_on, h.ends_on, h.held_cents,
    h.held_hundredths, CASE WHEN h.stopped_by IS NOT NULL THEN h.lasts_until END)
    ORDER BY h.id)
  FROM choice h WHERE h.funding_id = d.funding_id AND h.withdrawn_at IS NULL)
,
(SELECT json_agg(json_build_array(e.id, e.provider_id, e.reference, s.code, e.service_day,
    extract(epoch FROM e.starts_at)::bigint, extract(epoch FROM e.ends_at)::bigint, e.quantity_hundredths,
    e.unit_price_cents, e.price_cents, coalesce(e.county_pays_cents, 0), e.worker, e.state,
    e.choice_id))
  FROM charge e JOIN service s ON s.id = e.service_id
  WHERE e.funding_id = d.funding_id AND e.state IN ('accepted', 'on_hold', 'settled')
    AND e.service_day BETWEEN CASE WHEN d.limited THEN '-infinity'::date END AND 'infinity'::date AND e.corrects_id IS NULL),
(SELECT json_agg(json_build_array(k.original_id, k.quantity_hundredths, k.price_cents, k.county_pays_cents))
  FROM charge k WHERE k.funding_id = d.funding_id AND k.original_id IS NOT NULL)
) AS document
FROM funding_document d JOIN balance b ON b.funding_id = d.funding_id;
