"""Move money between fundings of a personal budget, as the client or with a mandate to move money."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.grants.actions.move_money import Moved, move_money
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.money import Money
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.fundings import MyFunding
from marketplace.load.mandates import may_move
from marketplace.rules.refusals import MANDATE_MISSING


def move_between(
    session: Session,
    *,
    source: MyFunding,
    target: MyFunding,
    amount_cents: Money,
    actor: Actor,
    now: datetime,
) -> Moved | Refusal:
    """Move free money. The caller has checked that the actor may see both fundings."""
    day, client_id = helsinki_day(now), source.client.id
    if not all(may_move(session, actor, client_id, day, each.facts.id) for each in (source, target)):
        return MANDATE_MISSING
    return move_money(
        session,
        source_id=source.facts.id,
        target_id=target.facts.id,
        amount_cents=amount_cents,
        actor=actor,
        now=now,
    )
