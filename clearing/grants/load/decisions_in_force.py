"""Decisions as they stand, with how much of each funding is used; their balances are locked."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import Row, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from clearing.grants.facts.granting import BudgetInForce, DecisionInForce, FundingInForce
from clearing.grants.facts.kinds import FundingKind
from clearing.ledger.load.balances import lock_balances
from foundation.database.columns import first_and_last
from foundation.database.tables.charges import Charge
from foundation.database.tables.clients import Client
from foundation.database.tables.counties import CostCentre
from foundation.database.tables.grants import (
    Funding,
    FundingService,
    FundingState,
    GrantDecision,
    PersonalBudget,
)
from foundation.database.tables.providers import Provider
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.money import Money, Quantity

Key = tuple[int, str]
"""County id and number of a decision."""

OVER = ("closed", "revoked")
USED_STATES = ("accepted", "settled")


def load_decisions_in_force(session: Session, keys: Collection[Key]) -> dict[Key, DecisionInForce]:
    """The decisions that stand, by county id and number; their fundings' balances are locked in id order."""
    decisions = _newest(session, keys)
    if not decisions:
        return {}
    fundings = _fundings(session, decisions)
    budgets = _budgets(session, decisions)
    return {
        key: DecisionInForce(
            version=row.version,
            document=row.document,
            client_number=row.client_number,
            cost_centre=row.cost_centre,
            fundings=fundings[key],
            budget=budgets.get(key),
        )
        for key, row in decisions.items()
    }


def _newest(session: Session, keys: Collection[Key]) -> dict[Key, Row[tuple[object, ...]]]:
    rows = session.execute(
        select(
            GrantDecision.county_id,
            GrantDecision.number,
            GrantDecision.version,
            GrantDecision.document,
            Client.number.label("client_number"),
            CostCentre.code.label("cost_centre"),
        )
        .join(Client, Client.id == GrantDecision.client_id)
        .join(CostCentre, CostCentre.id == GrantDecision.cost_centre_id)
        .where(tuple_(GrantDecision.county_id, GrantDecision.number).in_(keys))
        .order_by(GrantDecision.version)
    )
    return {(row.county_id, row.number): row for row in rows}


def _fundings(session: Session, keys: Collection[Key]) -> dict[Key, dict[str, FundingInForce]]:
    rows = session.execute(
        select(Funding, Provider.business_id)
        .outerjoin(Provider, Provider.id == Funding.provider_id)
        .where(tuple_(Funding.county_id, Funding.decision_number).in_(keys))
    ).all()
    ids = [funding.id for funding, _ in rows]
    balances = lock_balances(session, ids)
    services, over, used = _services(session, ids), _over(session, ids), _used(session, ids)
    found: dict[Key, dict[str, FundingInForce]] = defaultdict(dict)
    for funding, business_id in rows:
        first, last = first_and_last(funding.valid)
        quantity, days = used.get(funding.id, (Quantity(0), None))
        found[funding.county_id, funding.decision_number][funding.external_id] = FundingInForce(
            id=funding.id,
            voucher=funding.voucher,
            kind=FundingKind(funding.kind),
            provider=business_id,
            services=frozenset(services[funding.id]),
            window=DateWindow(first, last or date.max),
            granted_cents=balances[funding.id].granted_cents,
            free_cents=balances[funding.id].free_cents,
            used_hundredths=quantity,
            granted_quantity=balances[funding.id].granted_hundredths,
            free_quantity=balances[funding.id].free_hundredths,
            counted_quantity=balances[funding.id].used_hundredths,
            charged_days=days,
            is_over=funding.id in over,
        )
    return found


def _services(session: Session, ids: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = (
        select(FundingService.funding_id, Service.code)
        .join(Service, Service.id == FundingService.service_id)
        .where(FundingService.funding_id.in_(ids))
    )
    for funding_id, code in session.execute(rows):
        found[funding_id].add(code)
    return found


def _over(session: Session, ids: Iterable[int]) -> set[int]:
    newest = (
        select(FundingState.funding_id, FundingState.state)
        .ext(distinct_on(FundingState.funding_id))
        .where(FundingState.funding_id.in_(ids))
        .order_by(FundingState.funding_id, FundingState.from_day.desc(), FundingState.id.desc())
    )
    return {funding_id for funding_id, state in session.execute(newest) if state in OVER}


def _used(session: Session, ids: Iterable[int]) -> dict[int, tuple[Quantity, DateWindow | None]]:
    """Units and service days of the charges that count; a correction's units are negative.

    The day of a charge that was corrected to nothing is not a day in use: the window may leave it out.
    """
    units = func.sum(Charge.quantity_hundredths)
    charges = (
        select(Charge.funding_id, units.label("units"), func.min(Charge.service_day).label("day"))
        .where(Charge.funding_id.in_(ids), Charge.state.in_(USED_STATES))
        .group_by(Charge.funding_id, func.coalesce(Charge.original_id, Charge.id))
        .having(or_(units != 0, func.sum(Charge.price_cents) != 0))
        .subquery()
    )
    rows = session.execute(
        select(
            charges.c.funding_id, func.sum(charges.c.units), func.min(charges.c.day), func.max(charges.c.day)
        ).group_by(charges.c.funding_id)
    )
    return {
        funding_id: (Quantity(int(quantity or 0)), DateWindow(first, last) if first and last else None)
        for funding_id, quantity, first, last in rows
    }


def _budgets(session: Session, keys: Collection[Key]) -> dict[Key, BudgetInForce]:
    rows = session.scalars(
        select(PersonalBudget).where(
            tuple_(PersonalBudget.county_id, PersonalBudget.decision_number).in_(keys)
        )
    )
    found = {}
    for row in rows:
        first, last = first_and_last(row.valid)
        found[row.county_id, row.decision_number] = BudgetInForce(
            row.id, Money(row.amount_cents), DateWindow(first, last or date.max)
        )
    return found
