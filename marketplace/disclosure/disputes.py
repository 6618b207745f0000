"""Disputes as their three parties read them, on pages and by the API."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.disputes.facts.thread import Thread
from clearing.charges.disputes.load.open_disputes import DisputedCharge
from clearing.charges.disputes.load.threads import thread_of
from clearing.charges.load.charge_register import charges_by_id
from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import CLIENT_ROLES, PROVIDER_ROLES, Actor, Role


def visible_thread(session: Session, charge_id: int, *, actor: Actor, now: datetime) -> Thread | None:
    """Return the thread about a charge for one of its parties; None if it is another's or there is none."""
    thread = thread_of(session, charge_id)
    if thread is None or not _is_party(thread, actor):
        return None
    purpose = Purpose.ACTS_FOR_CLIENT
    if actor.role not in CLIENT_ROLES:
        purpose = Purpose.PROVIDER_CHARGES if actor.role in PROVIDER_ROLES else Purpose.HELD_CHARGES
    (shown,) = disclose(session, [thread], Look(actor, now, purpose, "charge", key="charge_id"))
    return shown


def disputed_charge(
    session: Session, charge_id: int, *, actor: Actor, now: datetime
) -> DisputedCharge | None:
    """Return a charge of the actor's provider or county with its thread, without the client's name."""
    thread = visible_thread(session, charge_id, actor=actor, now=now)
    charge = None if thread is None else charges_by_id(session, [charge_id]).get(charge_id)
    return None if thread is None or charge is None else DisputedCharge(charge, thread)


def _is_party(thread: Thread, actor: Actor) -> bool:
    if actor.role in CLIENT_ROLES:
        return actor.reaches(thread.client_id, thread.funding_id)
    if actor.role in PROVIDER_ROLES:
        return thread.provider_id == actor.provider_id
    return actor.role is Role.WORKER and thread.county_id == actor.county_id
