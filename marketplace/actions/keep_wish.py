"""Keep the client's wish with a choice that a guardian has made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.roles import Actor
from marketplace.load.choices import choice_by_id
from marketplace.write.wishes_of_clients import store_wish


def keep_wish(
    session: Session, *, choice_id: int, kind: str, words: str, actor: Actor, now: datetime
) -> None:
    """Store what the client wanted. The caller has just made the choice in the same transaction."""
    choice = choice_by_id(session, choice_id)
    assert choice is not None
    assert actor.person_id is not None
    store_wish(session, choice_id, kind=kind, words=words, asked_by=actor.person_id, now=now)
    record(
        session,
        actor=actor,
        now=now,
        act="choice.keep_wish",
        subject=("choice", choice_id),
        county_id=choice.county_id,
        client_id=choice.client_id,
        detail={"wish": kind},
    )
