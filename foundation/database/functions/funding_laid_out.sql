-- What seldom changes of a funding, as one JSON array, from the tables (docs/decisions/0055).
-- `funding_document` holds the same; `omatori verify` compares the two. Limited: its charges are counted,
-- by a limit or by a plan of visits.
-- `clearing.grants.load.funding_documents` reads the array by position.
CREATE OR REPLACE VIEW funding_laid_out AS
SELECT f.id AS funding_id, EXISTS (SELECT 1 FROM funding_terms t WHERE t.funding_id = f.id
    AND (t.quantity_hundredths IS NOT NULL OR t.period IS NOT NULL))
  OR EXISTS (SELECT 1 FROM choice h JOIN plan_pattern p ON p.choice_id = h.id WHERE h.funding_id = f.id) AS limited,
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
  (SELECT json_agg(json_build_array(a.first, a.after) ORDER BY a.first, a.after) FROM (
      SELECT lower(x.away) AS first, upper(x.away) AS after FROM client_absence x WHERE x.client_id = f.client_id
      UNION ALL SELECT x.first_day, x.last_day + 1 FROM plan_pause x
        WHERE x.client_id = f.client_id AND coalesce(x.last_day >= x.first_day, true)) AS a),
  (SELECT json_agg(json_build_array(p.choice_id, p.kind, p.weekdays, p.start_minute, p.length_minutes,
      p.every_weeks, p.quantity_hundredths, p.per, p.part_of_week, p.first_day, p.last_day)
      ORDER BY p.choice_id, p.number)
    FROM choice h JOIN plan_pattern p ON p.choice_id = h.id WHERE h.funding_id = f.id),
  (SELECT json_agg(json_build_array(p.choice_id, p.day, p.number, p.is_cancelled, p.to_day, p.start_minute,
      p.length_minutes, p.quantity_hundredths, p.fee_share_percent, p.fee_cents, p.fee_hundredths) ORDER BY p.choice_id, p.day, p.number)
    FROM choice h JOIN plan_change p ON p.choice_id = h.id WHERE h.funding_id = f.id),
  (SELECT json_agg(json_build_array(p.choice_id, p.first_day, p.last_day + 1) ORDER BY p.id)
    FROM choice h JOIN plan_pause p ON p.choice_id = h.id
    WHERE h.funding_id = f.id AND coalesce(p.last_day >= p.first_day, true))
) AS document
FROM funding f JOIN client c ON c.id = f.client_id;
