"""Move money between fundings of a personal budget, as the client or with a mandate to move money."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.grants.actions.move_money import Moved, move_money
from clearing.grants.load.moves import plan_move
from clearing.grants.rules.moved_amounts import MoveWish
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.fundings import MyFunding
from marketplace.load.mandates import may_move
from marketplace.rules.refusals import MANDATE_MISSING, MOVE_CHANGED


def move_between(
    session: Session,
    *,
    source: MyFunding,
    target: MyFunding,
    wish: MoveWish,
    actor: Actor,
    now: datetime,
    mark: str | None = None,
) -> Moved | Refusal:
    """Move free money. The caller has checked that the actor may see both fundings.

    Args:
        mark: The mark of the planned move that the actor has read. The move is refused if it would now do
            something else, and so also if it is sent twice. None for no such check.
    """
    day, client_id = helsinki_day(now), source.client.id
    if not all(may_move(session, actor, client_id, day, each.facts.id) for each in (source, target)):
        return MANDATE_MISSING
    moving = {"source_id": source.facts.id, "target_id": target.facts.id}
    if mark is not None:
        planned = plan_move(session, **moving, wish=wish, day=day, lock=True)
        if isinstance(planned, Refusal):
            return planned
        if planned.mark != mark:
            return MOVE_CHANGED
    return move_money(session, **moving, wish=wish, actor=actor, now=now)
