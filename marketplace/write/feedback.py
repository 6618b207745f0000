"""Rows of clients' feedback on providers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from foundation.database.tables.feedback import Feedback
from foundation.vocabulary.roles import Actor
from marketplace.rules.feedback import ANSWER_STATES, STATES, Decision


def locked_feedback(session: Session, feedback_id: int) -> Feedback | None:
    """Lock a feedback, and return it as it is now; None if there is none."""
    return session.scalars(_locked().where(Feedback.id == feedback_id)).one_or_none()


def locked_feedback_on(session: Session, client_id: int, provider_id: int) -> Feedback | None:
    """Lock the client's feedback on a provider, and return it; None if there is none."""
    own = (Feedback.client_id == client_id, Feedback.provider_id == provider_id)
    return session.scalars(_locked().where(*own)).one_or_none()


def _locked() -> Select[Feedback]:
    return select(Feedback).with_for_update().execution_options(populate_existing=True)


def store_feedback(
    session: Session,
    earlier: Feedback | None,
    *,
    county_id: int,
    client_id: int,
    provider_id: int,
    charge_id: int,
    face: str,
    words: str,
    actor: Actor,
    now: datetime,
) -> int:
    """Store a feedback, or a change of the earlier one; return its id. It waits for the county."""
    row = earlier or Feedback(
        county_id=county_id, client_id=client_id, provider_id=provider_id, revision=0, why="", answer_why=""
    )
    row.revision, row.charge_id, row.face, row.words = row.revision + 1, charge_id, face, words
    row.state, row.why, row.decided_at, row.decided_by = "waiting", "", None, None
    row.given_at, row.given_by = now, actor.person_id
    row.answer, row.answered_at, row.answered_by = None, None, None
    row.answer_state, row.answer_why = None, ""
    session.add(row)
    session.flush()
    return row.id


def store_provider_answer(
    session: Session, feedback_id: int, answer: str, *, actor: Actor, now: datetime
) -> None:
    """Store the provider's answer, which waits for the county; a page made before is then out of date."""
    values = {"answer": answer, "answered_at": now, "answered_by": actor.person_id}
    session.execute(
        update(Feedback)
        .where(Feedback.id == feedback_id)
        .values(**values, answer_state="waiting", answer_why="", revision=Feedback.revision + 1)
    )


def store_decision(
    session: Session, feedback_id: int, decision: Decision, why: str, *, actor: Actor, now: datetime
) -> None:
    """Store the county's decision about a feedback or about the answer to it."""
    values: dict[str, object] = {"decided_at": now, "decided_by": actor.person_id}
    if decision in STATES:
        values |= {"state": STATES[decision], "why": why}
    else:
        values |= {"answer_state": ANSWER_STATES[decision], "answer_why": why}
    session.execute(update(Feedback).where(Feedback.id == feedback_id).values(**values))
