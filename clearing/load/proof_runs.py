"""What a payment run touches, proven when it is prepared, approved and sent; the nightly proof looks at all.

Each statement sees one moment, so that what others write meanwhile is never a difference.
"""

from __future__ import annotations

from sqlalchemy import CTE, Select, func, select
from sqlalchemy.orm import Session

from clearing.load.proof_fundings import Difference, balances_against_ledger, differences
from clearing.load.proof_payments import (
    payments_against_ledger,
    payments_against_settlements,
    settlements_against_charges,
    settlements_against_ledger,
)
from clearing.rules.postings import Event
from foundation.database.tables.charges import Charge
from foundation.database.tables.grants import Balance, Funding
from foundation.database.tables.ledger import Posting
from foundation.database.tables.payments import Settlement, SettlementCharge


def prove_prepared(session: Session, run_id: int) -> list[Difference]:
    """The fundings whose charged money was frozen: their balances are their postings and their charges."""
    frozen = (
        select(SettlementCharge.funding_id, func.sum(SettlementCharge.county_pays_cents).label("cents"))
        .join(Settlement, Settlement.id == SettlementCharge.settlement_id)
        .where(Settlement.run_id == run_id, SettlementCharge.funding_id.is_not(None))
        .group_by(SettlementCharge.funding_id)
        .cte("touched")
    )
    found = balances_against_ledger(session, select(frozen.c.funding_id))
    found += _charged_against_charges(session, frozen)
    return found + payments_against_settlements(session, run_id)


def _charged_against_charges(session: Session, frozen: CTE) -> list[Difference]:
    """charged is what this run froze and what no run has frozen; the charges of earlier runs are not read."""
    anywhere = select(SettlementCharge.charge_id).where(SettlementCharge.charge_id == Charge.id)
    left = (
        select(Charge.funding_id, func.sum(Charge.county_pays_cents).label("cents"))
        .where(Charge.state == "accepted", Charge.after_settlement.is_not(True), ~anywhere.exists())
        .group_by(Charge.funding_id)
        .subquery()
    )
    by_charges = frozen.c.cents + func.coalesce(left.c.cents, 0)
    query = (
        select(
            func.concat("funding:", Funding.voucher, ":charged"),
            by_charges,
            Balance.charged_cents,
            Funding.county_id,
        )
        .join(frozen, frozen.c.funding_id == Funding.id)
        .join(Balance, Balance.funding_id == Funding.id)
        .outerjoin(left, left.c.funding_id == Funding.id)
        .where(by_charges != Balance.charged_cents)
        .order_by(Funding.id)
    )
    return differences(session, "charged_by_charges", query)


def prove_approved(session: Session, run_id: int) -> list[Difference]:
    """What was posted is what was frozen, and the balances of those fundings are their postings."""
    found = balances_against_ledger(session, _settled_by(run_id))
    found += settlements_against_charges(session, run_id) + settlements_against_ledger(session, run_id)
    return found + payments_against_settlements(session, run_id)


def prove_sent(session: Session, run_id: int, sum_cents: int) -> list[Difference]:
    """What the file carries was approved and is in transit, payment by payment and in sum."""
    found = payments_against_ledger(session, run_id) + payments_against_settlements(session, run_id)
    found += settlements_against_ledger(session, run_id)
    sent = select(func.coalesce(func.sum(Posting.amount_cents), 0), func.min(Posting.county_id)).where(
        Posting.run_id == run_id, Posting.event == Event.PAY.value
    )
    posted, county_id = session.execute(sent).one()
    if posted != sum_cents:
        found.append(Difference("run_sent", f"run:{run_id}", str(posted), str(sum_cents), county_id))
    return found


def _settled_by(run_id: int) -> Select[int]:
    settled = (
        select(Posting.funding_id)
        .where(Posting.run_id == run_id, Posting.event == Event.SETTLE.value)
        .distinct()
        .cte("touched")
    )
    return select(settled.c.funding_id)
