"""Frozen charges that are not what they were, and what has left a run because of that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CTE, Select, and_, func, or_, select, union
from sqlalchemy.orm import Session, aliased

from clearing.payments.rules.left_out import ChangedCharge
from foundation.database.tables.charges import Charge, ChargeReason
from foundation.database.tables.payments import LeftOut, Settlement, SettlementCharge
from foundation.database.tables.providers import Provider
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class LeftOutLine:
    """A line of what left a run: a charge with its reference, or money of a payee; in whole cents."""

    provider_name: str
    business_id: str
    charge_id: int | None
    reference: str | None
    cents: Money
    reason: str
    left_at: datetime


def left_out_of(session: Session, run_id: int) -> tuple[LeftOutLine, ...]:
    """Return what has left the run, in the order of leaving."""
    query = (
        select(
            Provider.name,
            Provider.business_id,
            LeftOut.charge_id,
            Charge.reference,
            LeftOut.cents,
            LeftOut.reason,
            LeftOut.left_at,
        )
        .join(Provider, Provider.id == LeftOut.provider_id)
        .outerjoin(Charge, Charge.id == LeftOut.charge_id)
        .where(LeftOut.run_id == run_id)
        .order_by(LeftOut.id)
    )
    return tuple(
        LeftOutLine(name, business_id, charge_id, reference, Money(cents), reason, left_at)
        for name, business_id, charge_id, reference, cents, reason, left_at in session.execute(query)
    )


def changed_charges(session: Session, run_id: int) -> list[ChangedCharge]:
    """Return the frozen charges that changed since the run was prepared, each with its corrections.

    A charge and its corrections are paid together or not at all. So a correction that is not in the run
    takes the charge and its frozen corrections along.
    """
    frozen = _frozen(run_id)
    roots = _changed_roots(frozen)
    codes = (
        select(func.array_agg(ChargeReason.code))
        .where(ChargeReason.charge_id == frozen.c.charge_id)
        .scalar_subquery()
    )
    query = (
        select(
            frozen.c.charge_id,
            frozen.c.settlement_id,
            frozen.c.provider_id,
            frozen.c.state,
            frozen.c.frozen_cents,
            frozen.c.county_pays_cents,
            codes,
        )
        .where(frozen.c.root_id.in_(roots), frozen.c.after_settlement.is_not(True))
        .order_by(frozen.c.charge_id)
    )
    return [ChangedCharge(*row[:6], frozenset(row[6] or ())) for row in session.execute(query)]


def _frozen(run_id: int) -> CTE:
    """Return the frozen charges of the run as they are now; `root_id`: the charge that they correct."""
    return (
        select(
            SettlementCharge.charge_id,
            SettlementCharge.settlement_id,
            SettlementCharge.county_pays_cents.label("frozen_cents"),
            Settlement.provider_id,
            Charge.state,
            Charge.county_pays_cents,
            func.coalesce(Charge.original_id, Charge.id).label("root_id"),
            Charge.after_settlement,
        )
        .join(Settlement, Settlement.id == SettlementCharge.settlement_id)
        .join(Charge, Charge.id == SettlementCharge.charge_id)
        .where(Settlement.run_id == run_id)
        .cte("frozen")
    )


def _changed_roots(frozen: CTE) -> Select[*tuple[Any, ...]]:
    """Return the charges that changed, or have a correction which the run has not."""
    inside = aliased(SettlementCharge)
    corrected = (
        select(frozen.c.root_id)
        .join(Charge, Charge.original_id == frozen.c.charge_id)
        .outerjoin(
            inside,
            and_(inside.charge_id == Charge.id, inside.settlement_id == frozen.c.settlement_id),
        )
        .where(Charge.after_settlement.is_(False), inside.charge_id.is_(None))
    )
    differs = or_(frozen.c.state != "accepted", frozen.c.county_pays_cents != frozen.c.frozen_cents)
    changed = union(select(frozen.c.root_id).where(differs), corrected).subquery()
    return select(changed.c.root_id)
