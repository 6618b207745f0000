"""Cancel a client's card, as when it is lost. Its reference finds nothing from then on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor, Role
from marketplace.load.cards import ClientCard, card_with_id, lock_client
from marketplace.load.mandates import may_manage_card
from marketplace.rules.refusals import MANDATE_MISSING
from marketplace.write.cards import mark_cancelled


def cancel_card(session: Session, *, card: ClientCard, actor: Actor, now: datetime) -> Refusal | None:
    """Cancel the card; nothing happens if it has been cancelled already.

    Refused with `mandate_missing`: a helper needs the right to choose for all vouchers, as to make a card. A
    worker cancels the cards of the county's clients, and makes none.
    """
    by_worker = actor.role is Role.WORKER and actor.county_id == card.county_id
    if not by_worker and not may_manage_card(session, actor, card.client_id, helsinki_day(now)):
        return MANDATE_MISSING
    lock_client(session, card.client_id)
    if card_with_id(session, card.id) is None:
        return None
    mark_cancelled(session, card.id, actor=actor, now=now)
    record(
        session,
        actor=actor,
        now=now,
        act="card.cancel",
        subject=("card", card.id),
        county_id=card.county_id,
        client_id=card.client_id,
    )
    return None
