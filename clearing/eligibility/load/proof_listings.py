"""What a search reads of offerings beside the tables that it is laid out from (docs/decisions/0188)."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.ledger.load.proof_fundings import MOST_REPORTED, Difference

_DIFFERING = text("""
SELECT coalesce(v.offering_id, l.offering_id) AS id, coalesce(v::text, 'none'), coalesce(l::text, 'none'),
  coalesce(v.county_id, l.county_id)
FROM offering_laid_out v FULL JOIN listed_offering l ON l.offering_id = v.offering_id
WHERE ROW(v.*) IS DISTINCT FROM ROW(l.*)
ORDER BY id LIMIT :most
""")


def listings_against_offerings(session: Session) -> list[Difference]:
    """What a search finds is published, approved and served as the offering, its approval and place say."""
    rows = session.execute(_DIFFERING, {"most": MOST_REPORTED}).all()
    return [
        Difference("listed_offering", f"offering:{key}:listing", expected, found, county_id)
        for key, expected, found, county_id in rows
    ]
