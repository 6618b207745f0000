"""Take out of a new funding what the earlier system had paid of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.grants.load.fundings import fundings
from clearing.grants.rules.opening import UsedBefore, opening_faults, opening_postings
from clearing.ledger.write.postings import post
from foundation.vocabulary.refusals import Refusal


def post_earlier_use(
    session: Session, funding_id: int, used: UsedBefore, *, now: datetime
) -> tuple[Refusal, ...]:
    """Post the use under the funding's lock; return why not, in which case nothing is posted."""
    funding = fundings(session, [funding_id], lock=True)[funding_id]
    if faults := tuple(opening_faults(funding, used)):
        return faults
    post(session, [opening_postings(funding, used)], at=now)
    return ()
