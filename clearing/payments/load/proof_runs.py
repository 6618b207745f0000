"""What a payment run touches, proven when it is prepared, approved and sent; the nightly proof looks at all.

Each statement sees one moment, so that what others write meanwhile is never a difference.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ARRAY, BigInteger, BindParameter, Select, func, literal, select
from sqlalchemy.orm import Session

from clearing.ledger.load.proof_fundings import (
    ACCOUNTS,
    KEY,
    Difference,
    balances_against_ledger,
    funding_differences,
    posted,
    stored,
    within,
)
from clearing.ledger.load.proof_sums import unequal
from clearing.ledger.load.proof_units import unit_balances_against_ledger
from clearing.ledger.rules.postings import Event
from clearing.payments.load.dues import charges_to_freeze
from clearing.payments.load.proof_payments import (
    payments_against_ledger,
    payments_against_settlements,
    settlements_against_charges,
    settlements_against_ledger,
)
from foundation.database.tables.charges import Charge
from foundation.database.tables.grants import Balance
from foundation.database.tables.ledger import Posting
from foundation.database.tables.payments import Settlement, SettlementCharge, settled_charges

BY_CHARGES = "charged_by_charges"
"""The check of charged money; also the name of the column that it compares."""


def prove_prepared(session: Session, run_id: int) -> list[Difference]:
    """The fundings whose charged money was frozen: their balances are their postings and their charges.

    The charges are what this run froze and what no run has frozen; those of earlier runs are not read. What
    is withdrawn or disputed while it is being frozen has left the charged money: approving will say so.
    """
    frozen = _frozen_by(session, run_id)
    only = list(frozen)
    now_frozen = select(
        func.unnest(_bigints(only)).label("funding_id"),
        func.unnest(_bigints(list(frozen.values()))).label(BY_CHARGES),
    )
    anywhere = select(SettlementCharge.charge_id).where(SettlementCharge.charge_id == Charge.id)
    left = select(Charge.funding_id, Charge.county_pays_cents.label(BY_CHARGES)).where(
        Charge.state == "accepted",
        Charge.after_settlement.is_not(True),
        ~anywhere.exists(),
        within(Charge.funding_id, only),
    )
    undone = (
        select(Charge.funding_id, (-SettlementCharge.county_pays_cents).label(BY_CHARGES))
        .join(SettlementCharge, SettlementCharge.charge_id == Charge.id)
        .join(Settlement, Settlement.id == SettlementCharge.settlement_id)
        .where(Settlement.run_id == run_id, Charge.state != "accepted", within(Charge.funding_id, only))
    )
    found = _fundings_against(session, only, [now_frozen, left, undone])
    return found + payments_against_settlements(session, run_id)


def prove_before_freezing(
    session: Session, county_id: int, until: date, *, replaced_run_id: int | None
) -> list[Difference]:
    """Prove the fundings that a run prepared now would pay from, as `prove_prepared` does afterwards."""
    charges = charges_to_freeze(county_id, until, replaced_run_id=replaced_run_id).subquery()
    paid_from = select(charges.c.funding_id).where(charges.c.funding_id.is_not(None)).distinct()
    only = list(session.scalars(paid_from))
    settled = select(settled_charges.c.charge_id).where(settled_charges.c.charge_id == Charge.id)
    not_settled = select(Charge.funding_id, Charge.county_pays_cents.label(BY_CHARGES)).where(
        Charge.state == "accepted",
        Charge.after_settlement.is_not(True),
        ~settled.exists(),
        within(Charge.funding_id, only),
    )
    return _fundings_against(session, only, [not_settled])


def _fundings_against(
    session: Session, only: list[int], charged: list[Select[*tuple[Any, ...]]]
) -> list[Difference]:
    """Compare balances with their postings, and charged money with what the charges say of it."""
    differ = unequal(
        (*ACCOUNTS, BY_CHARGES),
        keys=KEY,
        expected=[posted(only), *charged],
        found=[stored(only).add_columns(Balance.charged_cents.label(BY_CHARGES))],
    )
    checks = {f"balance_{name}": name for name in ACCOUNTS} | {BY_CHARGES: BY_CHARGES}
    return funding_differences(session, differ, checks)


def _frozen_by(session: Session, run_id: int) -> dict[int, int]:
    """Whole cents that the run froze, by funding."""
    rows = session.execute(
        select(SettlementCharge.funding_id, func.sum(SettlementCharge.county_pays_cents))
        .join(Settlement, Settlement.id == SettlementCharge.settlement_id)
        .where(Settlement.run_id == run_id, SettlementCharge.funding_id.is_not(None))
        .group_by(SettlementCharge.funding_id)
    )
    return {key: int(cents) for key, cents in rows if key is not None}


def prove_approved(session: Session, run_id: int) -> list[Difference]:
    """What was posted is what was frozen, and the balances of those fundings are their postings."""
    paid_from = _settled_by(session, run_id)
    found = balances_against_ledger(session, paid_from) + unit_balances_against_ledger(session, paid_from)
    found += settlements_against_charges(session, run_id) + settlements_against_ledger(session, run_id)
    return found + payments_against_settlements(session, run_id)


def prove_sent(session: Session, run_id: int, sum_cents: int) -> list[Difference]:
    """What the file carries was approved and is in transit, payment by payment and in sum."""
    found = payments_against_ledger(session, run_id) + payments_against_settlements(session, run_id)
    found += settlements_against_ledger(session, run_id)
    sent = select(func.coalesce(func.sum(Posting.amount_cents), 0), func.min(Posting.county_id)).where(
        Posting.run_id == run_id, Posting.event == Event.PAY.value
    )
    by_ledger, county_id = session.execute(sent).one()
    if by_ledger != sum_cents:
        found.append(Difference("run_sent", f"run:{run_id}", str(by_ledger), str(sum_cents), county_id))
    return found


def _settled_by(session: Session, run_id: int) -> list[int]:
    settled = select(Posting.funding_id).where(Posting.run_id == run_id, Posting.event == Event.SETTLE.value)
    return [key for key in session.scalars(settled.distinct()) if key is not None]


def _bigints(values: list[int]) -> BindParameter[Any]:
    return literal(values, ARRAY(BigInteger))
