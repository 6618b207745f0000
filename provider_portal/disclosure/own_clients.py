"""The clients whose visits a provider charges, as a list."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import StoredCharge
from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor
from provider_portal.disclosure.charges import sent_before
from provider_portal.load.own_clients import OwnClient, newest_charge_of_voucher, own_clients


def listed_clients(
    session: Session, provider_id: int, words: str, *, first: int, count: int, actor: Actor, now: datetime
) -> tuple[list[OwnClient], int]:
    """Return a page of the clients' vouchers that the provider may charge, and the number of all."""
    found, total = own_clients(session, provider_id, helsinki_day(now), words, first=first, count=count)
    look = Look(actor, now, Purpose.PROVIDER_CHARGES, "funding", key="voucher")
    return disclose(session, found, look), total


def last_time(session: Session, provider_id: int, voucher: str) -> StoredCharge | None:
    """Return the provider's own charge of the latest visit on a voucher, to offer it as a pattern."""
    charge_id = newest_charge_of_voucher(session, provider_id, voucher)
    return None if charge_id is None else sent_before(session, provider_id, charge_id)
