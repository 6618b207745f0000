"""Charges as the county's staff read them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import (
    ChargeFilter,
    StoredCharge,
    charge_count,
    find_charges,
    one_charge,
)
from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor

ON_HOLD = "on_hold"


def held_charges(
    session: Session, county_id: int, *, first: int, count: int, actor: Actor, now: datetime
) -> tuple[list[StoredCharge], int]:
    """Return a page of the county's charges on hold, newest first, and the number of all."""
    criteria = ChargeFilter(county_id=county_id, states=(ON_HOLD,))
    found = find_charges(session, criteria, limit=count, offset=first)
    shown = disclose(session, found, Look(actor, now, Purpose.HELD_CHARGES, "charge"))
    return shown, charge_count(session, criteria)


def held_charge(
    session: Session, county_id: int, charge_id: int, *, actor: Actor, now: datetime
) -> StoredCharge | None:
    """Return one of the county's charges on hold; None if there is none with this id."""
    found = one_charge(session, charge_id)
    if found is None or found.county_id != county_id or found.state != ON_HOLD:
        return None
    (shown,) = disclose(session, [found], Look(actor, now, Purpose.HELD_CHARGES, "charge"))
    return shown
