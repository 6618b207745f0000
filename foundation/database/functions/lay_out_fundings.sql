-- Updates the documents of fundings, after locking them: a change that was committed meanwhile is then seen.
-- It runs as the owner of the tables: a document is complete whoever caused the change (docs/decisions/0184).
CREATE OR REPLACE FUNCTION lay_out_fundings(ids bigint[]) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM funding_document d WHERE d.funding_id = ANY (ids) ORDER BY d.funding_id FOR UPDATE;
  INSERT INTO funding_document AS d (funding_id, limited, document)
  SELECT v.funding_id, v.limited, v.document FROM unnest(ids) AS one (id)
    CROSS JOIN LATERAL (SELECT * FROM funding_laid_out l WHERE l.funding_id = one.id OFFSET 0) AS v
  ON CONFLICT (funding_id) DO UPDATE SET limited = excluded.limited, document = excluded.document
    WHERE d.document::text <> excluded.document::text;
END $$;
