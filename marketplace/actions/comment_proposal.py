"""Comment on a proposal as the client or one of the circle, and remove a comment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from marketplace.load.proposals import MyProposal, comments_of, proposal_by_id
from marketplace.rules.proposing import LONGEST_WORDS
from marketplace.rules.refusals import COMMENT_UNKNOWN, MANDATE_MISSING
from marketplace.write.proposals import remove_words, store_comment


def comment(session: Session, *, proposal_id: int, words: str, actor: Actor, now: datetime) -> int | Refusal:
    """Store what somebody says who sees the proposal's voucher: the client, or a helper of the circle.

    Refused with `mandate_missing`; without words with `comment_unknown`.
    """
    proposal = proposal_by_id(session, proposal_id, helsinki_day(now))
    if proposal is None or actor.person_id is None or not _sees(actor, proposal):
        return MANDATE_MISSING
    if not words.strip():
        return COMMENT_UNKNOWN
    comment_id = store_comment(session, proposal_id, actor.person_id, words.strip()[:LONGEST_WORDS], now)
    _record(session, proposal, "proposal.comment", comment_id, actor, now)
    return comment_id


def remove_comment(
    session: Session, *, proposal_id: int, comment_id: int, actor: Actor, now: datetime
) -> Refusal | None:
    """Remove a comment: its writer may, and the client. A mark stays.

    Refused with `mandate_missing`, `comment_unknown`.
    """
    proposal = proposal_by_id(session, proposal_id, helsinki_day(now), lock=True)
    if proposal is None or actor.person_id is None or not _sees(actor, proposal):
        return MANDATE_MISSING
    found = next((each for each in comments_of(session, proposal_id) if each.id == comment_id), None)
    if found is None or found.removed_at is not None:
        return COMMENT_UNKNOWN
    if found.person_id != actor.person_id and actor.role is not Role.CLIENT:
        return MANDATE_MISSING
    remove_words(session, comment_id, actor.person_id, now)
    _record(session, proposal, "proposal.remove_comment", comment_id, actor, now)
    return None


def _sees(actor: Actor, proposal: MyProposal) -> bool:
    return actor.reaches(proposal.client_id, proposal.funding_id)


def _record(
    session: Session, proposal: MyProposal, act: str, comment_id: int, actor: Actor, now: datetime
) -> None:
    record(
        session,
        actor=actor,
        now=now,
        act=act,
        subject=("proposal", proposal.id),
        county_id=proposal.county_id,
        client_id=proposal.client_id,
        detail={"comment": comment_id},
    )
