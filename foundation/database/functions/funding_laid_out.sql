-- What seldom changes of a funding, as one JSON array, from the tables (docs/decisions/0055).
-- `funding_document` holds the same; `omatori verify` compares the two. Limited: its charges are counted.
-- `clearing.grants.load.funding_documents` reads the array by position.
CREATE OR REPLACE VIEW funding_laid_out AS
SELECT f.id AS funding_id, EXISTS (SELECT 1 FROM funding_terms t WHERE t.funding_id = f.id
    AND (t.quantity_hundredths IS NOT NULL OR t.period IS NOT NULL)) AS limited,
json_build_array(
  f.id, f.county_id, f.voucher, c.number, f.kind, lower(f.valid), upper(f.valid), f.provider_id, c.ended_on,
  (SELECT json_agg(s.code ORDER BY s.code) FROM funding_service fs JOIN service s ON s.id = fs.service_id
    WHERE fs.funding_id = f.id),
  (SELECT json_agg(json_build_array(t.from_day, t.unit_values, t.price_caps, t.free_of_charge, t.overrun,
      t.period, t.period_amount_cents, t.period_quantity_hundredths, t.carry, t.carry_share,
      t.quantity_hundredths) ORDER BY t.from_day)
    FROM funding_terms t WHERE t.funding_id = f.id),
  (SELECT json_agg(json_build_array(x.from_day, x.state) ORDER BY x.from_day, x.id)
    FROM funding_state x WHERE x.funding_id = f.id),
  (SELECT json_agg(json_build_array(x.from_day, x.state) ORDER BY x.from_day, x.id)
    FROM decision_state x WHERE x.county_id = f.county_id AND x.number = f.decision_number),
  (SELECT json_agg(json_build_array(lower(a.away), upper(a.away)) ORDER BY a.id)
    FROM client_absence a WHERE a.client_id = f.client_id)
) AS document
FROM funding f JOIN client c ON c.id = f.client_id;
