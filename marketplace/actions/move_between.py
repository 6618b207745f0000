"""The client, or one who may choose for the client, moves money between fundings of a personal budget."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.grants.actions.move_money import Moved, move_money
from clearing.grants.rules.moving import MoveFault
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money
from foundation.vocabulary.roles import Actor
from marketplace.actions.choose_offering import MandateMissingError
from marketplace.load.fundings import MyFunding
from marketplace.load.mandates import may_choose


def move_between(
    session: Session,
    *,
    source: MyFunding,
    target: MyFunding,
    amount_cents: Money,
    actor: Actor,
    now: datetime,
) -> Moved | MoveFault:
    """Move free money; the caller has seen that the actor may see both. Raises MandateMissingError."""
    if not may_choose(session, actor, source.client.id, helsinki_day(now)):
        raise MandateMissingError
    return move_money(
        session,
        source_id=source.facts.id,
        target_id=target.facts.id,
        amount_cents=amount_cents,
        actor=actor,
        now=now,
    )
