"""Give the address of a remote visit, or take it away."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from clearing.ledger.load.balances import lock_balances
from clearing.ledger.write.audit import record
from clearing.plans.write.visit_links import delete_link, store_link
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.listed_visit import ListedVisit
from marketplace.load.video_links import may_be_given
from marketplace.load.visit_list import visit_by_id
from marketplace.rules.video_links import is_video_link

VISIT_NOT_REMOTE: Final = Refusal("visit_not_remote", "visit")
"""The visit is given at home or somewhere else, has no time, was cancelled, or is over."""
VIDEO_LINK_MALFORMED: Final = Refusal("video_link_malformed", "video_link")


def give_video_link(
    session: Session, *, visit: ListedVisit, address: str | None, actor: Actor, now: datetime
) -> Refusal | None:
    """Store the address of a remote visit to come, or delete it if there is none.

    The audit log has that it was given, not the address: who has it can enter the visit.
    """
    if address is not None and not is_video_link(address):
        return VIDEO_LINK_MALFORMED
    funding_id, key = visit.choice.funding_id, visit.visit_id
    lock_balances(session, [funding_id])
    current = visit_by_id(session, key, now)
    if current is None or not may_be_given(current, now):
        return VISIT_NOT_REMOTE
    if address is None:
        delete_link(session, choice_id=key.choice_id, day=key.day, number=key.number)
    else:
        who = {"funding_id": funding_id, "county_id": visit.county_id}
        store_link(session, key, address, **who, by=actor.person_id, now=now)
    record(
        session,
        actor=actor,
        now=now,
        act="visit.video_link",
        subject=("choice", key.choice_id),
        county_id=visit.county_id,
        client_id=visit.client_id,
        detail={"visit": visit.id, "given": address is not None},
    )
    return None
