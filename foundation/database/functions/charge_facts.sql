-- The facts that change from charge to charge, for a batch of charges (docs/decisions/0055).
-- With `locked` the balances of the vouchers are locked first, in id order. The lock is a statement of its own,
-- so that the query sees what the previous holder of the lock wrote. A lock that is not free within 50 ms is an
-- error (lock_not_available): charges of other vouchers may be waiting behind it.
-- One query stands here three times: for fewer than 50 vouchers its plan is kept, with and without workers,
-- since to start the plan of an unused part costs as much as it saves; for more it is planned each time, with
-- numbered parameters. Each list is followed by a LATERAL with OFFSET 0, so that every plan uses an index.
-- `clearing.charges.hot.fact_documents` reads the lists by position.
CREATE OR REPLACE FUNCTION charge_facts(
  providers bigint[], vouchers text[], firsts date[], lasts date[], senders bigint[], refs text[],
  employers bigint[], workers text[], days date[], locked boolean
) RETURNS TABLE (versions json, fundings json, known json, visits json, minutes json)
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET lock_timeout = '50ms' AS $$
BEGIN
  IF locked AND cardinality(vouchers) = 1 THEN
    PERFORM 1 FROM funding f JOIN balance b ON b.funding_id = f.id WHERE f.voucher = vouchers[1] FOR UPDATE OF b;
  ELSIF locked THEN
    PERFORM 1 FROM balance WHERE funding_id IN (SELECT f.id FROM funding f WHERE f.voucher = ANY (vouchers))
      ORDER BY funding_id FOR UPDATE;
  END IF;
  IF cardinality(vouchers) < 50 AND cardinality(employers) = 0 THEN
    RETURN QUERY SELECT (
        SELECT json_agg(json_build_array(v.kind, v.key, v.version)) FROM (
          SELECT kind, key, version FROM facts_version WHERE kind = 1
          UNION ALL SELECT kind, key, version FROM facts_version WHERE kind = 2
          UNION ALL SELECT kind, key, version FROM facts_version WHERE kind = 0 AND key = ANY (providers)) AS v
      ), (
        SELECT json_agg(g.document)
        FROM unnest(vouchers, firsts, lasts) AS named (voucher, first, last)
        CROSS JOIN LATERAL (
          SELECT json_build_array(d.document, b.granted_cents, b.free_cents, b.granted_hundredths,
            b.free_hundredths, b.charged_hundredths + b.settled_hundredths,
            (SELECT json_agg(json_build_array(p.choice_id, p.visit_day, p.visit_number, p.id))
              FROM charge p WHERE p.funding_id = d.funding_id AND p.visit_day IS NOT NULL
                AND p.state IN ('accepted', 'on_hold', 'settled')
                AND p.visit_day BETWEEN named.first - 60 AND named.last + 60),
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
            AND e.service_day BETWEEN CASE WHEN d.limited THEN '-infinity'::date ELSE named.first - 2 END
            AND CASE WHEN d.limited THEN 'infinity'::date ELSE named.last + 2 END
          AND e.corrects_id IS NULL),
        (SELECT json_agg(json_build_array(k.original_id, k.quantity_hundredths, k.price_cents, k.county_pays_cents))
          FROM charge k WHERE k.funding_id = d.funding_id AND k.original_id IS NOT NULL)
        )
            AS document
          FROM funding f JOIN funding_document d ON d.funding_id = f.id JOIN balance b ON b.funding_id = f.id
          WHERE f.voucher = named.voucher OFFSET 0) AS g
      ), (
        SELECT json_agg(json_build_array(u.provider_id, u.reference, u.id, u.content, u.state))
        FROM unnest(senders, refs) AS sent (provider_id, reference)
        CROSS JOIN LATERAL (
          SELECT e.provider_id, e.reference, e.id, e.content, e.state FROM charge e
          WHERE e.provider_id = sent.provider_id AND e.reference = sent.reference
            AND e.state IN ('accepted', 'on_hold', 'settled')
          OFFSET 0
        ) AS u
      ), (
        SELECT json_agg(json_build_array(c.county_id, c.number, e.id, e.provider_id,
          extract(epoch FROM e.starts_at)::bigint, extract(epoch FROM e.ends_at)::bigint))
        FROM unnest(vouchers, firsts, lasts) AS named (voucher, first, last)
        CROSS JOIN LATERAL (SELECT g.client_id FROM funding g WHERE g.voucher = named.voucher OFFSET 0) AS wanted
        CROSS JOIN LATERAL (SELECT f.id FROM funding f WHERE f.client_id = wanted.client_id OFFSET 0) AS f
        JOIN client c ON c.id = wanted.client_id
        CROSS JOIN LATERAL (
          SELECT v.id, v.provider_id, v.starts_at, v.ends_at FROM charge v
          WHERE v.funding_id = f.id AND v.state IN ('accepted', 'on_hold', 'settled')
            AND v.service_day BETWEEN named.first - 2 AND named.last + 2
            AND v.starts_at IS NOT NULL AND v.ends_at IS NOT NULL
            AND (cardinality(providers) > 1 OR v.provider_id <> ALL (providers))
            AND NOT EXISTS (SELECT 1 FROM charge k WHERE k.original_id = v.id
              HAVING sum(k.quantity_hundredths) = -v.quantity_hundredths)
          OFFSET 0
        ) AS e
      ), NULL::json;
  ELSIF cardinality(vouchers) < 50 THEN
    RETURN QUERY SELECT (
        SELECT json_agg(json_build_array(v.kind, v.key, v.version)) FROM (
          SELECT kind, key, version FROM facts_version WHERE kind = 1
          UNION ALL SELECT kind, key, version FROM facts_version WHERE kind = 2
          UNION ALL SELECT kind, key, version FROM facts_version WHERE kind = 0 AND key = ANY (providers)) AS v
      ), (
        SELECT json_agg(g.document)
        FROM unnest(vouchers, firsts, lasts) AS named (voucher, first, last)
        CROSS JOIN LATERAL (
          SELECT json_build_array(d.document, b.granted_cents, b.free_cents, b.granted_hundredths,
            b.free_hundredths, b.charged_hundredths + b.settled_hundredths,
            (SELECT json_agg(json_build_array(p.choice_id, p.visit_day, p.visit_number, p.id))
              FROM charge p WHERE p.funding_id = d.funding_id AND p.visit_day IS NOT NULL
                AND p.state IN ('accepted', 'on_hold', 'settled')
                AND p.visit_day BETWEEN named.first - 60 AND named.last + 60),
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
            AND e.service_day BETWEEN CASE WHEN d.limited THEN '-infinity'::date ELSE named.first - 2 END
            AND CASE WHEN d.limited THEN 'infinity'::date ELSE named.last + 2 END
          AND e.corrects_id IS NULL),
        (SELECT json_agg(json_build_array(k.original_id, k.quantity_hundredths, k.price_cents, k.county_pays_cents))
          FROM charge k WHERE k.funding_id = d.funding_id AND k.original_id IS NOT NULL)
        )
            AS document
          FROM funding f JOIN funding_document d ON d.funding_id = f.id JOIN balance b ON b.funding_id = f.id
          WHERE f.voucher = named.voucher OFFSET 0) AS g
      ), (
        SELECT json_agg(json_build_array(u.provider_id, u.reference, u.id, u.content, u.state))
        FROM unnest(senders, refs) AS sent (provider_id, reference)
        CROSS JOIN LATERAL (
          SELECT e.provider_id, e.reference, e.id, e.content, e.state FROM charge e
          WHERE e.provider_id = sent.provider_id AND e.reference = sent.reference
            AND e.state IN ('accepted', 'on_hold', 'settled')
          OFFSET 0
        ) AS u
      ), (
        SELECT json_agg(json_build_array(c.county_id, c.number, e.id, e.provider_id,
          extract(epoch FROM e.starts_at)::bigint, extract(epoch FROM e.ends_at)::bigint))
        FROM unnest(vouchers, firsts, lasts) AS named (voucher, first, last)
        CROSS JOIN LATERAL (SELECT g.client_id FROM funding g WHERE g.voucher = named.voucher OFFSET 0) AS wanted
        CROSS JOIN LATERAL (SELECT f.id FROM funding f WHERE f.client_id = wanted.client_id OFFSET 0) AS f
        JOIN client c ON c.id = wanted.client_id
        CROSS JOIN LATERAL (
          SELECT v.id, v.provider_id, v.starts_at, v.ends_at FROM charge v
          WHERE v.funding_id = f.id AND v.state IN ('accepted', 'on_hold', 'settled')
            AND v.service_day BETWEEN named.first - 2 AND named.last + 2
            AND v.starts_at IS NOT NULL AND v.ends_at IS NOT NULL
            AND (cardinality(providers) > 1 OR v.provider_id <> ALL (providers))
            AND NOT EXISTS (SELECT 1 FROM charge k WHERE k.original_id = v.id
              HAVING sum(k.quantity_hundredths) = -v.quantity_hundredths)
          OFFSET 0
        ) AS e
      ), (
        SELECT json_agg(json_build_array(e.provider_id, e.worker, e.service_day, e.id, e.minutes))
        FROM unnest(employers, workers, days) AS named (provider_id, worker, service_day)
        CROSS JOIN LATERAL (
          SELECT w.provider_id, w.worker, w.service_day, w.id,
            coalesce(extract(epoch FROM w.ends_at - w.starts_at) / 60, round(w.quantity_hundredths * 0.6))::int
              AS minutes
          FROM charge w
          WHERE w.provider_id = named.provider_id AND w.service_day = named.service_day AND w.worker = named.worker
            AND w.state IN ('accepted', 'on_hold', 'settled')
            AND (w.ends_at - w.starts_at IS NOT NULL OR btrim(w.sent ->> 'unit') = 'hour')
            AND NOT EXISTS (SELECT 1 FROM charge k WHERE k.original_id = w.id
              HAVING sum(k.quantity_hundredths) = -w.quantity_hundredths)
          OFFSET 0
        ) AS e
      );
  ELSE
    RETURN QUERY EXECUTE $many$SELECT (
        SELECT json_agg(json_build_array(v.kind, v.key, v.version)) FROM (
          SELECT kind, key, version FROM facts_version WHERE kind = 1
          UNION ALL SELECT kind, key, version FROM facts_version WHERE kind = 2
          UNION ALL SELECT kind, key, version FROM facts_version WHERE kind = 0 AND key = ANY ($1)) AS v
      ), (
        SELECT json_agg(g.document)
        FROM unnest($2, $3, $4) AS named (voucher, first, last)
        CROSS JOIN LATERAL (
          SELECT json_build_array(d.document, b.granted_cents, b.free_cents, b.granted_hundredths,
            b.free_hundredths, b.charged_hundredths + b.settled_hundredths,
            (SELECT json_agg(json_build_array(p.choice_id, p.visit_day, p.visit_number, p.id))
              FROM charge p WHERE p.funding_id = d.funding_id AND p.visit_day IS NOT NULL
                AND p.state IN ('accepted', 'on_hold', 'settled')
                AND p.visit_day BETWEEN named.first - 60 AND named.last + 60),
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
            AND e.service_day BETWEEN CASE WHEN d.limited THEN '-infinity'::date ELSE named.first - 2 END
            AND CASE WHEN d.limited THEN 'infinity'::date ELSE named.last + 2 END
          AND e.corrects_id IS NULL),
        (SELECT json_agg(json_build_array(k.original_id, k.quantity_hundredths, k.price_cents, k.county_pays_cents))
          FROM charge k WHERE k.funding_id = d.funding_id AND k.original_id IS NOT NULL)
        )
            AS document
          FROM funding f JOIN funding_document d ON d.funding_id = f.id JOIN balance b ON b.funding_id = f.id
          WHERE f.voucher = named.voucher OFFSET 0) AS g
      ), (
        SELECT json_agg(json_build_array(u.provider_id, u.reference, u.id, u.content, u.state))
        FROM unnest($5, $6) AS sent (provider_id, reference)
        CROSS JOIN LATERAL (
          SELECT e.provider_id, e.reference, e.id, e.content, e.state FROM charge e
          WHERE e.provider_id = sent.provider_id AND e.reference = sent.reference
            AND e.state IN ('accepted', 'on_hold', 'settled')
          OFFSET 0
        ) AS u
      ), (
        SELECT json_agg(json_build_array(c.county_id, c.number, e.id, e.provider_id,
          extract(epoch FROM e.starts_at)::bigint, extract(epoch FROM e.ends_at)::bigint))
        FROM unnest($2, $3, $4) AS named (voucher, first, last)
        CROSS JOIN LATERAL (SELECT g.client_id FROM funding g WHERE g.voucher = named.voucher OFFSET 0) AS wanted
        CROSS JOIN LATERAL (SELECT f.id FROM funding f WHERE f.client_id = wanted.client_id OFFSET 0) AS f
        JOIN client c ON c.id = wanted.client_id
        CROSS JOIN LATERAL (
          SELECT v.id, v.provider_id, v.starts_at, v.ends_at FROM charge v
          WHERE v.funding_id = f.id AND v.state IN ('accepted', 'on_hold', 'settled')
            AND v.service_day BETWEEN named.first - 2 AND named.last + 2
            AND v.starts_at IS NOT NULL AND v.ends_at IS NOT NULL
            AND (cardinality($1) > 1 OR v.provider_id <> ALL ($1))
            AND NOT EXISTS (SELECT 1 FROM charge k WHERE k.original_id = v.id
              HAVING sum(k.quantity_hundredths) = -v.quantity_hundredths)
          OFFSET 0
        ) AS e
      ), (
        SELECT json_agg(json_build_array(e.provider_id, e.worker, e.service_day, e.id, e.minutes))
        FROM unnest($7, $8, $9) AS named (provider_id, worker, service_day)
        CROSS JOIN LATERAL (
          SELECT w.provider_id, w.worker, w.service_day, w.id,
            coalesce(extract(epoch FROM w.ends_at - w.starts_at) / 60, round(w.quantity_hundredths * 0.6))::int
              AS minutes
          FROM charge w
          WHERE w.provider_id = named.provider_id AND w.service_day = named.service_day AND w.worker = named.worker
            AND w.state IN ('accepted', 'on_hold', 'settled')
            AND (w.ends_at - w.starts_at IS NOT NULL OR btrim(w.sent ->> 'unit') = 'hour')
            AND NOT EXISTS (SELECT 1 FROM charge k WHERE k.original_id = w.id
              HAVING sum(k.quantity_hundredths) = -w.quantity_hundredths)
          OFFSET 0
        ) AS e
      )$many$
      USING providers, vouchers, firsts, lasts, senders, refs, employers, workers, days;
  END IF;
END $$;
