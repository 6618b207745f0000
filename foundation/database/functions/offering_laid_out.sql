-- What a search reads of each offering that is published and approved on some day (docs/decisions/0188).
-- `listed_offering` holds the same; `omatori verify` compares the two. The first free day is that of the hours that
-- the provider gives (docs/decisions/0217), or the day that it typed if it gives none.
CREATE OR REPLACE VIEW offering_laid_out AS
SELECT o.id AS offering_id, o.provider_id, o.county_id, o.service_id, o.municipalities, o.languages, o.remote,
  o.communication, o.home_visits,
  CASE WHEN f.offering_id IS NULL THEN o.next_free_on ELSE f.first_free_on END AS next_free_on, u.latitude, u.longitude, u.access, d.approved
FROM offering o
JOIN approval a ON a.provider_id = o.provider_id AND a.county_id = o.county_id AND a.service_id = o.service_id
LEFT JOIN provider_unit u ON u.id = o.unit_id
LEFT JOIN free_times f ON f.offering_id = o.id
CROSS JOIN LATERAL (SELECT approved_days(a.id) AS approved) AS d
WHERE o.published AND NOT isempty(d.approved);
