"""A funding as its provider reads it, to charge a visit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.roles import Actor
from provider_portal.load.known_funding import KnownFunding, known_funding


def disclose_funding(session: Session, funding: KnownFunding, *, actor: Actor, now: datetime) -> KnownFunding:
    """Record that the provider reads a funding, and return it as the provider may know it."""
    look = Look(actor, now, Purpose.PROVIDER_VISIT, "funding", key="voucher")
    (shown,) = disclose(session, [funding], look)
    return shown


def funding_being_charged(session: Session, provider_id: int, code: str) -> KnownFunding | None:
    """Return the funding with this voucher code; None if there is none that the provider may know (R-07).

    A charge or a check of it has its own audit row. Before anything else is shown, call `disclose_funding`.
    """
    return known_funding(session, provider_id, code)
