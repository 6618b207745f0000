"""Fundings and choices as the county's staff read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.charges.load.charges_since import ChargesSince, charges_since
from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import ClientKey, Look
from clearing.disclosure.facts.purposes import Purpose
from county_desk.load.fundings import CountyFunding, FundingFilter, county_funding, county_fundings
from foundation.vocabulary.roles import Actor
from marketplace.load.approvals import TouchedChoice, touched_choices


def listed_fundings(
    session: Session,
    county_id: int,
    criteria: FundingFilter,
    *,
    day: date,
    first: int,
    count: int,
    actor: Actor,
    now: datetime,
) -> tuple[list[CountyFunding], int]:
    """Return a page of the county's fundings that match, and the number of all."""
    found, total = county_fundings(session, county_id, criteria, day=day, first=first, count=count)
    return disclose(session, found, Look(actor, now, Purpose.VOUCHERS, "funding", key="voucher")), total


def funding_to_change(
    session: Session, county_id: int, voucher: str, *, why: str, day: date, actor: Actor, now: datetime
) -> CountyFunding | None:
    """Return the county's funding whose state a worker is about to change; None if there is none."""
    found = county_funding(session, county_id, voucher, day=day)
    if found is None:
        return None
    look = Look(actor, now, Purpose.CASEWORK, "funding", key="voucher", why=why)
    (shown,) = disclose(session, [found], look)
    return shown


def changed_funding(session: Session, county_id: int, voucher: str, *, day: date) -> CountyFunding | None:
    """Return the county's funding for the answer to a change. The change has its own audit row."""
    return county_funding(session, county_id, voucher, day=day)


def concerned_by_approval(
    session: Session,
    provider_id: int,
    county_id: int,
    service: str,
    *,
    day: date,
    since: date | None,
    actor: Actor,
    now: datetime,
) -> tuple[list[TouchedChoice], ChargesSince | None]:
    """Return the choices that rest on an approval on a day, and the charges since another day."""
    touched = touched_choices(session, provider_id, county_id, service, from_day=day)
    charges = None
    if since is not None:
        charges = charges_since(session, provider_id, county_id, service, from_day=since)
    disclose_concerned(session, county_id, touched, charges, actor=actor, now=now)
    return touched, charges


def disclose_concerned(
    session: Session,
    county_id: int,
    touched: Sequence[TouchedChoice],
    since: ChargesSince | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Record one look for each client whose choice or charge a change of an approval concerns."""
    charges = () if since is None else (*since.held, *since.taken_back, *since.left)
    keys = [
        *(ClientKey(choice.client_id, county_id, f"choice:{choice.id}") for choice in touched),
        *(ClientKey(charge.client_id, county_id, f"charge:{charge.id}") for charge in charges),
    ]
    disclose(session, keys, Look(actor, now, Purpose.APPROVAL, "choice", key="subject"))
