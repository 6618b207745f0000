"""Cancel a client's card, as when it is lost. Its reference finds nothing from then on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.roles import Actor
from marketplace.load.cards import ClientCard, card_with_id, lock_client
from marketplace.write.cards import mark_cancelled


def cancel_card(session: Session, *, card: ClientCard, actor: Actor, now: datetime) -> None:
    """Cancel the card; nothing happens if it has been cancelled already.

    Whoever may see the client's money may cancel: a lost card must not wait for somebody with more rights.
    """
    lock_client(session, card.client_id)
    if card_with_id(session, card.id) is None:
        return
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
