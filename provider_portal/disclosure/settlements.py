"""The charges of a settlement as their provider reads them, and the sums that they come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.load.charge_register import StoredCharge
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor
from provider_portal.disclosure.charges import disclose_charges
from provider_portal.load.self_billing import Buyer, buyer_of
from provider_portal.load.settlement_file import settlement_charges
from provider_portal.load.settlements import OwnSettlement
from provider_portal.load.statement_sums import StatementSums, statement_sums

PURPOSE = Purpose.PROVIDER_SETTLEMENT


class StatementDiffersError(RuntimeError):
    """The charges of a settlement do not come to its sum, so no statement of it is given out."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A settlement with its sums and its charges: what pages, the API and every file are made from.

    `buyer` is the county on the day of the approval; None before it.
    """

    settlement: OwnSettlement
    sums: StatementSums
    charges: list[StoredCharge]
    buyer: Buyer | None


def statement_of(
    session: Session, settlement: OwnSettlement, *, most: int | None = None, actor: Actor, now: datetime
) -> Statement:
    """Return a settlement's sums, and its charges in the order of their receipt, at most `most` of them.

    Raises:
        StatementDiffersError: The frozen charges do not come to the sum of the settlement.
    """
    sums = statement_sums(session, settlement.id)
    if sums.total_cents != settlement.sum_cents:
        raise StatementDiffersError(f"settlement {settlement.id}: {sums.total_cents} of its charges")
    found = settlement_charges(session, settlement)[:most]
    charges = disclose_charges(session, found, actor=actor, now=now, purpose=PURPOSE)
    approved_at = settlement.approved_at
    buyer = approved_at and buyer_of(session, settlement.county, helsinki_day(approved_at))
    return Statement(settlement, sums, charges, buyer or None)
