"""Refused charges that a provider has to mend."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import StoredCharge, charges_by_id
from foundation.vocabulary.roles import Actor
from provider_portal.disclosure.charges import disclose_charges
from provider_portal.load.refusals import count_refusals_to_mend, refusals_to_mend


def listed_refusals(
    session: Session, provider_id: int, *, first: int, count: int, actor: Actor, now: datetime
) -> tuple[list[StoredCharge], int]:
    """Return a page of the refused charges that are to be mended, newest first, and the number of all."""
    ids = refusals_to_mend(session, provider_id, first=first, count=count)
    found = charges_by_id(session, ids)
    charges = disclose_charges(session, [found[key] for key in ids], actor=actor, now=now)
    return charges, count_refusals_to_mend(session, provider_id)
