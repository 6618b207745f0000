"""Documents of fundings beside the tables that they are laid out from (docs/decisions/0055)."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from clearing.ledger.load.proof_fundings import MOST_REPORTED, Difference

_DIFFERING = text("""
SELECT f.voucher, l.document::text, coalesce(d.document::text, 'none'), f.county_id
FROM funding f JOIN funding_laid_out l ON l.funding_id = f.id
LEFT JOIN funding_document d ON d.funding_id = f.id
WHERE d.document::text IS DISTINCT FROM l.document::text OR d.limited IS DISTINCT FROM l.limited
ORDER BY f.id LIMIT :most
""")


def documents_against_fundings(session: Session) -> list[Difference]:
    """What charges are decided by is what the funding's terms, states and services say."""
    rows = session.execute(_DIFFERING, {"most": MOST_REPORTED}).all()
    return [
        Difference("funding_document", f"funding:{voucher}:document", expected, found, county_id)
        for voucher, expected, found, county_id in rows
    ]
