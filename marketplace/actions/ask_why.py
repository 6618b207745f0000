"""Ask why somebody used a client's data, and answer (Act 703/2023, section 48)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.cards import lock_client
from marketplace.load.look_questions import LookQuestionEntry, has_open_question, lock_question
from marketplace.load.looks import looker_on
from marketplace.load.mandates import ClientEntry
from marketplace.rules.refusals import ALREADY_ANSWERED, ALREADY_ASKED, LOOK_UNKNOWN
from marketplace.write.look_questions import store_answer, store_question

LONGEST_WORDS = 2000


def ask_why(
    session: Session,
    *,
    client: ClientEntry,
    day: date,
    looker_id: int,
    question: str,
    actor: Actor,
    now: datetime,
) -> int | Refusal:
    """Store the question, and return its id. Refused with `look_unknown`, `already_asked`.

    Whoever may see who looked may ask: the client, and somebody who acts for all vouchers. A second question
    about the same person and day waits for the answer to the first.
    """
    lock_client(session, client.id)
    looker = looker_on(session, client.id, day, looker_id)
    if looker is None or looker_id == actor.person_id or not actor.reaches_all(client.id):
        return LOOK_UNKNOWN
    if has_open_question(session, client.id, day, looker_id):
        return ALREADY_ASKED
    question_id = store_question(session, client.county_id, client.id, looker, question, actor=actor, now=now)
    record(
        session,
        actor=actor,
        now=now,
        act="question.ask",
        subject=("question", question_id),
        county_id=client.county_id,
        client_id=client.id,
    )
    return question_id


def answer_why(
    session: Session, question: LookQuestionEntry, *, answer: str, actor: Actor, now: datetime
) -> Refusal | None:
    """Store the answer, which the client reads. Refused with `already_answered`."""
    if not lock_question(session, question.id):
        return ALREADY_ANSWERED
    store_answer(session, question.id, answer, actor=actor, now=now)
    record(
        session,
        actor=actor,
        now=now,
        act="question.answer",
        subject=("question", question.id),
        county_id=question.county_id,
        client_id=question.client_id,
    )
    return None
