"""Rows of proposals, of their answers and of comments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from foundation.database.tables.proposals import Proposal, ProposalComment, ProposedOffering
from marketplace.rules.proposing import ProposedPlan


def store_proposal(
    session: Session,
    *,
    client: tuple[int, int],
    funding_id: int,
    plans: Sequence[ProposedPlan],
    why: str,
    made_by: int,
    now: datetime,
) -> int:
    """Store a proposal and return its id. `client` are the ids of the client and of the county."""
    client_id, county_id = client
    row = Proposal(
        county_id=county_id, client_id=client_id, funding_id=funding_id, made_by=made_by, made_at=now, why=why
    )
    session.add(row)
    session.flush()
    session.add_all(
        ProposedOffering(
            proposal_id=row.id,
            position=position,
            offering_id=plan.offering_id,
            starts_on=plan.wish.starts_on,
            quantity_hundredths=plan.wish.quantity,
            quantity_per_week_hundredths=plan.wish.quantity_per_week,
        )
        for position, plan in enumerate(plans, 1)
    )
    session.flush()
    return row.id


def store_acceptance(
    session: Session, ids: Iterable[int], choice_id: int, person_id: int | None, now: datetime
) -> None:
    """Mark proposals as accepted with a choice."""
    values = {"accepted_at": now, "choice_id": choice_id, "answered_by": person_id}
    session.execute(update(Proposal).where(Proposal.id.in_(list(ids))).values(values))


def store_refusal(session: Session, proposal_id: int, why: str, person_id: int | None, now: datetime) -> None:
    """Mark a proposal as declined."""
    values = {"declined_at": now, "decline_why": why, "answered_by": person_id}
    session.execute(update(Proposal).where(Proposal.id == proposal_id).values(values))


def store_withdrawal(session: Session, proposal_id: int, person_id: int | None, now: datetime) -> None:
    """Mark a proposal as withdrawn by the one who made it."""
    values = {"withdrawn_at": now, "answered_by": person_id}
    session.execute(update(Proposal).where(Proposal.id == proposal_id).values(values))


def store_comment(session: Session, proposal_id: int, person_id: int, words: str, now: datetime) -> int:
    """Store a comment and return its id."""
    row = ProposalComment(proposal_id=proposal_id, person_id=person_id, words=words, made_at=now)
    session.add(row)
    session.flush()
    return row.id


def remove_words(session: Session, comment_id: int, person_id: int, now: datetime) -> None:
    """Remove the words of a comment. The row stays as the mark that something was said."""
    values = {"words": "", "removed_at": now, "removed_by": person_id}
    session.execute(update(ProposalComment).where(ProposalComment.id == comment_id).values(values))
