"""Make a client's first card or a new one. The earlier card is cancelled in the same transaction."""

from __future__ import annotations

from datetime import datetime
from secrets import randbits

from sqlalchemy.orm import Session

from clearing.grants.rules.voucher_codes import CODE_BITS
from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.cards import card_in_force, lock_client
from marketplace.load.funding_views import is_usable
from marketplace.load.fundings import fundings_of_clients
from marketplace.load.mandates import ClientEntry, may_manage_card
from marketplace.rules.cards import card_days, card_reference
from marketplace.rules.refusals import MANDATE_MISSING, NO_VOUCHER_FOR_CARD
from marketplace.write.cards import mark_cancelled, store_card


def renew_card(session: Session, *, client: ClientEntry, actor: Actor, now: datetime) -> int | Refusal:
    """Make a card and return its id. Refused with `mandate_missing`, `no_voucher_in_use`.

    A helper needs the right to choose for all vouchers: a card lets providers charge any of them.
    """
    day = helsinki_day(now)
    if not may_manage_card(session, actor, client.id, day):
        return MANDATE_MISSING
    lock_client(session, client.id)
    usable = [each for each in fundings_of_clients(session, [client.id]) if is_usable(each, day)]
    days = card_days((funding.facts.window.last for funding in usable), day)
    if days is None:
        return NO_VOUCHER_FOR_CARD
    old = card_in_force(session, client.id)
    if old is not None:
        mark_cancelled(session, old.id, actor=actor, now=now)
    key = {
        "county_id": client.county_id,
        "client_id": client.id,
        "reference": card_reference(randbits(CODE_BITS)),
    }
    card_id = store_card(session, **key, days=days, actor=actor, now=now)  # type: ignore[arg-type]
    record(
        session,
        actor=actor,
        now=now,
        act="card.renew",
        subject=("card", card_id),
        county_id=client.county_id,
        client_id=client.id,
        detail={"replaces": old.id} if old else {},
    )
    return card_id
