"""Accept the proposals that a choice carries out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor
from marketplace.load.proposals import ids_to_accept, proposal_by_id
from marketplace.rules.mandate_mails import ANSWERED
from marketplace.write.proposals import store_acceptance


def accept_proposals(
    session: Session, *, funding_id: int, offering_id: int, choice_id: int, actor: Actor, now: datetime
) -> None:
    """Mark the open proposals of this offering for this funding as accepted with the choice.

    The choice is what the client decides: a proposal is accepted by it, whichever page or program made it,
    and by nothing else.
    """
    ids = ids_to_accept(session, funding_id, offering_id)
    store_acceptance(session, ids, choice_id, actor.person_id, now)
    for proposal_id in ids:
        proposal = proposal_by_id(session, proposal_id, helsinki_day(now))
        assert proposal is not None
        if proposal.proposer_email is not None:
            key = f"proposal_answered:{proposal_id}"
            leave_mail(session, key, to=proposal.proposer_email, **ANSWERED._asdict(), now=now)
        record(
            session,
            actor=actor,
            now=now,
            act="proposal.accept",
            subject=("proposal", proposal_id),
            county_id=proposal.county_id,
            client_id=proposal.client_id,
            detail={"choice": choice_id},
        )
