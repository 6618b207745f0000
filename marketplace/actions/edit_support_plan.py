"""The client's support plan: answer its questions, share it and take it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from marketplace.load.mandates import ClientEntry
from marketplace.load.support_plans import plan_of_client
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.rules.support_plan import LONGEST_WORDS, PICTURES
from marketplace.write.support_plans import begin_plan, store_plan_answer, store_sharing

QUESTION_UNKNOWN: Final = Refusal("question_unknown", "question")
"""The plan has no such question."""
WORDS_TOO_LONG: Final = Refusal("words_too_long", "words")
"""The answer is longer than the plan has room for."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who besides the client may read the plan."""

    worker: bool
    helpers: bool


def is_own(actor: Actor, client_id: int) -> bool:
    """Return whether the actor is the client: nobody else writes the plan."""
    return actor.role is Role.CLIENT and client_id in actor.client_ids


def answer_plan(
    session: Session,
    client: ClientEntry,
    *,
    question: str,
    words: str,
    pictures: Sequence[str],
    actor: Actor,
    now: datetime,
) -> Refusal | None:
    """Store the client's answer. Refused with `mandate_missing`, `question_unknown`, `words_too_long`."""
    if not is_own(actor, client.id):
        return MANDATE_MISSING
    if question not in PICTURES:
        return QUESTION_UNKNOWN
    if len(words) > LONGEST_WORDS:
        return WORDS_TOO_LONG
    plan_id = begin_plan(session, county_id=client.county_id, client_id=client.id, now=now)
    store_plan_answer(
        session,
        plan_id,
        county_id=client.county_id,
        question=question,
        words=words,
        pictures=list(pictures),
        now=now,
    )
    return None


def share_plan(
    session: Session, client: ClientEntry, sharing: Sharing, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Share the plan with the worker and the helpers, or take it back. Refused with `mandate_missing`."""
    if not is_own(actor, client.id):
        return MANDATE_MISSING
    plan_id = begin_plan(session, county_id=client.county_id, client_id=client.id, now=now)
    plan = plan_of_client(session, client.id)
    assert plan is not None
    store_sharing(
        session,
        plan_id,
        shared_with_worker_at=(plan.shared_with_worker_at or now) if sharing.worker else None,
        shared_with_helpers_at=(plan.shared_with_helpers_at or now) if sharing.helpers else None,
    )
    record(
        session,
        actor=actor,
        now=now,
        act="client.share_plan",
        subject=("support_plan", plan_id),
        county_id=client.county_id,
        client_id=client.id,
        detail={"worker": sharing.worker, "helpers": sharing.helpers},
    )
    return None
