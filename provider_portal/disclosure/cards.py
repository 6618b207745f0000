"""The vouchers that a provider finds by a client's card."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor
from marketplace.load.cards import card_with_reference
from marketplace.rules.cards import typed_reference
from provider_portal.load.known_funding import KnownFunding, known_funding, known_vouchers


def fundings_of_card(
    session: Session, provider_id: int, text: str, *, actor: Actor, now: datetime
) -> list[KnownFunding]:
    """Return what the provider may charge today to the client of a card, and record the look.

    The list is empty for a reference that does not exist, is cancelled or is not valid today, and for a
    client who has not chosen this provider: the answer does not say which.
    """
    reference, day = typed_reference(text), helsinki_day(now)
    card = None if reference is None else card_with_reference(session, reference, day)
    if card is None:
        return []
    vouchers = known_vouchers(session, provider_id, card.client_id, day)
    found = [known_funding(session, provider_id, voucher) for voucher in vouchers]
    shown = [funding for funding in found if funding is not None]
    return disclose(session, shown, Look(actor, now, Purpose.PROVIDER_CARD, "funding", key="voucher"))
