"""Charges as a provider reads its own, and as a county's staff read the county's by the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.disputes.load.open_disputes import DisputedCharge, open_disputes, with_charges
from clearing.charges.disputes.load.threads import OpenThreads
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
from foundation.vocabulary.roles import PROVIDER_ROLES, Actor
from provider_portal.load.known_funding import known_funding_ids
from provider_portal.load.own_charges import own_charge


def listed_charges(
    session: Session, criteria: ChargeFilter, *, first: int, count: int, actor: Actor, now: datetime
) -> tuple[list[StoredCharge], int]:
    """Return a page of the charges that match, newest first, and the number of all."""
    found = find_charges(session, criteria, limit=count, offset=first)
    return disclose_charges(session, found, actor=actor, now=now), charge_count(session, criteria)


def charges_of_today(
    session: Session, provider_id: int, *, newest: int, disputes: int, actor: Actor, now: datetime
) -> tuple[list[StoredCharge], list[DisputedCharge]]:
    """Return the provider's newest charges, and those that their clients dispute.

    One read leaves one look for each client, also if a client has charges of both kinds.
    """
    charges = find_charges(session, ChargeFilter(provider_id=provider_id), limit=newest)
    criteria = OpenThreads(provider_id=provider_id, today=helsinki_day(now))
    found = open_disputes(session, criteria, first=0, count=disputes)
    disputed = [dispute.charge for dispute in found]
    shown = disclose_charges(session, [*charges, *disputed], actor=actor, now=now)
    return shown[: len(charges)], with_charges(found, shown[len(charges) :])


def visible_charge(
    session: Session,
    charge_id: int,
    *,
    provider_id: int | None,
    county_id: int | None,
    actor: Actor,
    now: datetime,
) -> StoredCharge | None:
    """Return a charge of this provider or county (None: of any); None if it is another's."""
    found = one_charge(session, charge_id)
    if found is None or provider_id not in (None, found.provider_id):
        return None
    if county_id not in (None, found.county_id):
        return None
    (shown,) = disclose_charges(session, [found], actor=actor, now=now)
    return shown


def sent_before(session: Session, provider_id: int, charge_id: int) -> StoredCharge | None:
    """Return one of the provider's charges, to fill a form with what the provider itself has sent."""
    found = own_charge(session, provider_id, charge_id)
    return None if found is None else _without_client(found)


def disclose_charges(
    session: Session,
    charges: Sequence[StoredCharge],
    *,
    actor: Actor,
    now: datetime,
    purpose: Purpose = Purpose.PROVIDER_CHARGES,
) -> list[StoredCharge]:
    """Record the looks, and return the charges as the reader may know them.

    A provider knows the client of a funding that names it, or on which it has a choice that was not undone.
    """
    if actor.role not in PROVIDER_ROLES:
        return disclose(session, charges, Look(actor, now, Purpose.COUNTY_CHARGES, "charge"))
    shown = disclose(session, charges, Look(actor, now, purpose, "charge"))
    ids = {charge.funding_id for charge in shown if charge.funding_id is not None}
    known = known_funding_ids(session, actor.provider_id or 0, ids)
    return [charge if charge.funding_id in known else _without_client(charge) for charge in shown]


def _without_client(charge: StoredCharge) -> StoredCharge:
    return replace(charge, client_number=None, client_name=None)
