"""Change a choice: the old one ends as the new one begins, or nothing changes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.actions.choose_offering import Chosen, choose_offering
from marketplace.actions.end_choice import end_choice
from marketplace.load.choices import MyChoice
from marketplace.rules.planning import Wish


def change_choice(
    session: Session, *, choice: MyChoice, offering_id: int, wish: Wish, actor: Actor, now: datetime
) -> Chosen | Refusal:
    """End the choice the day before the new one begins, and make the new one with the money that comes free.

    If the new one is refused, the old one stays as it was, with its hold.
    """
    with session.begin_nested() as savepoint:
        changed = _end_and_choose(session, choice, offering_id, wish, actor, now)
        if isinstance(changed, Refusal):
            savepoint.rollback()
            session.expire_all()
    return changed


def _end_and_choose(
    session: Session, choice: MyChoice, offering_id: int, wish: Wish, actor: Actor, now: datetime
) -> Chosen | Refusal:
    last_day = wish.starts_on - timedelta(days=1)
    ended = end_choice(session, choice=choice, actor=actor, now=now, last_day=last_day)
    if isinstance(ended, Refusal):
        return ended
    return choose_offering(
        session,
        funding_id=choice.funding_id,
        offering_id=offering_id,
        wish=wish,
        actor=actor,
        now=now,
        only_once=offering_id != choice.offering_id,
    )
