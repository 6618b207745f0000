"""The charges of a settlement as their provider reads them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import StoredCharge
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor
from provider_portal.disclosure.charges import disclose_charges
from provider_portal.load.settlement_file import settlement_charges, settlement_file
from provider_portal.load.settlements import OwnSettlement

PURPOSE = Purpose.PROVIDER_SETTLEMENT


def charges_of_settlement(
    session: Session, settlement: OwnSettlement, *, most: int | None = None, actor: Actor, now: datetime
) -> list[StoredCharge]:
    """Return the settlement's charges in the order of their receipt, at most `most`."""
    found = settlement_charges(session, settlement)[:most]
    return disclose_charges(session, found, actor=actor, now=now, purpose=PURPOSE)


def settlement_as_file(session: Session, settlement: OwnSettlement, *, actor: Actor, now: datetime) -> bytes:
    """Return the settlement's charges as CSV."""
    return settlement_file(settlement, charges_of_settlement(session, settlement, actor=actor, now=now))
