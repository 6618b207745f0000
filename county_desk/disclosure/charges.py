"""Charges as the county's staff read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.disputes.load.open_disputes import DisputedCharge, open_disputes, with_charges
from clearing.charges.disputes.load.threads import OpenThreads, count_open_threads
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
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor

ON_HOLD = "on_hold"


@dataclass(frozen=True, slots=True)
class WaitingCharges:
    """A page of charges on hold, the open disputes, and how many there are of each."""

    held: list[StoredCharge]
    held_count: int
    disputes: list[DisputedCharge]
    dispute_count: int


def waiting_charges(
    session: Session, county_id: int, *, first: int, count: int, actor: Actor, now: datetime
) -> WaitingCharges:
    """Return a page of the county's charges on hold, newest first, and its open disputes.

    One read leaves one look for each client, also if a client has charges of both kinds.
    """
    criteria = ChargeFilter(county_id=county_id, states=(ON_HOLD,))
    held = find_charges(session, criteria, limit=count, offset=first)
    of_county = OpenThreads(county_id=county_id, today=helsinki_day(now))
    disputes = open_disputes(session, of_county, first=0, count=count)
    look = Look(actor, now, Purpose.HELD_CHARGES, "charge")
    shown = disclose(session, [*held, *[dispute.charge for dispute in disputes]], look)
    return WaitingCharges(
        shown[: len(held)],
        charge_count(session, criteria),
        with_charges(disputes, shown[len(held) :]),
        count_open_threads(session, of_county),
    )


def held_charge(
    session: Session, county_id: int, charge_id: int, *, actor: Actor, now: datetime
) -> StoredCharge | None:
    """Return one of the county's charges on hold; None if there is none with this id."""
    found = one_charge(session, charge_id)
    if found is None or found.county_id != county_id or found.state != ON_HOLD:
        return None
    (shown,) = disclose(session, [found], Look(actor, now, Purpose.HELD_CHARGES, "charge"))
    return shown
