"""A funding as its provider reads it, to charge a visit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.actions.check_limit import check_limit
from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.identifiers import normalise_voucher
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor
from marketplace.load.fundings import holder_of_voucher
from provider_portal.load.known_funding import KnownFunding, known_funding, known_funding_ids


def disclose_funding(session: Session, funding: KnownFunding, *, actor: Actor, now: datetime) -> KnownFunding:
    """Record that the provider reads a funding, and return it as the provider may know it."""
    look = Look(actor, now, Purpose.PROVIDER_VISIT, "funding", key="voucher")
    (shown,) = disclose(session, [funding], look)
    return shown


def may_check(
    session: Session, provider_id: int, code: str, *, actor: Actor, now: datetime
) -> Refusal | None:
    """Return the refusal of another check on the voucher with this code; None if it may be checked.

    A check records its look. A code that the provider may not know is refused by the check itself.
    """
    holder = holder_of_voucher(session, normalise_voucher(code))
    if holder is None or holder.funding_id not in known_funding_ids(
        session, provider_id, [holder.funding_id]
    ):
        return None
    return check_limit(session, holder.client_id, actor=actor, now=now)


def funding_being_charged(session: Session, provider_id: int, code: str) -> KnownFunding | None:
    """Return the funding with this voucher code; None if there is none that the provider may know (R-07).

    A charge or a check of it has its own audit row. Before anything else is shown, call `disclose_funding`.
    """
    return known_funding(session, provider_id, code)
