"""Fundings as facts: terms, histories, choices, and the charges so far."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from clearing.facts import (
    CarryOver,
    Choice,
    DecisionState,
    EarlierCharge,
    Funding,
    FundingKind,
    FundingState,
    Overrun,
    PeriodLimit,
    Terms,
)
from clearing.load.balances import Balance, balances_of, lock_balances
from clearing.load.charges import earlier_charges
from foundation.database.columns import first_and_last
from foundation.database.tables import choices, clients, grants
from foundation.database.tables.services import Service
from foundation.vocabulary.dates import DateWindow, PeriodKind
from foundation.vocabulary.money import Money, Quantity

K = TypeVar("K")
V = TypeVar("V")


def funding_ids_of(session: Session, vouchers: Iterable[str]) -> dict[str, int]:
    """The ids of the fundings with these voucher codes (normalised), by code; unknown codes are absent."""
    rows = session.execute(
        select(grants.Funding.voucher, grants.Funding.id).where(grants.Funding.voucher.in_(set(vouchers)))
    )
    return dict(rows.all())


def fundings(session: Session, funding_ids: Iterable[int], *, lock: bool) -> dict[int, Funding]:
    """The fundings as facts, by id; with `lock` their balances are locked first, in id order."""
    ids = sorted(set(funding_ids))
    balances = lock_balances(session, ids) if lock else balances_of(session, ids)
    parts = _Parts.load(session, ids, balances)
    return {row.Funding.id: parts.funding(row) for row in _rows(session, ids)}


def _rows(session: Session, ids: list[int]) -> list[Row[grants.Funding, str, date | None]]:
    query = (
        select(grants.Funding, clients.Client.number, clients.Client.ended_on)
        .join(clients.Client, clients.Client.id == grants.Funding.client_id)
        .where(grants.Funding.id.in_(ids))
        .order_by(grants.Funding.id)
    )
    return list(session.execute(query.execution_options(populate_existing=True)).all())


@dataclass(frozen=True, slots=True)
class _Parts:
    """What belongs to the fundings, each read with one statement and gathered by key."""

    balances: dict[int, Balance]
    services: defaultdict[int, list[str]]
    terms: defaultdict[int, list[Terms]]
    states: defaultdict[int, list[tuple[date, FundingState]]]
    decisions: defaultdict[int, list[tuple[date, DecisionState]]]
    choices: defaultdict[int, list[Choice]]
    earlier: defaultdict[int, list[EarlierCharge]]
    absences: defaultdict[int, list[DateWindow]]

    @classmethod
    def load(cls, session: Session, ids: list[int], balances: dict[int, Balance]) -> _Parts:
        return cls(
            balances=balances,
            services=_services(session, ids),
            terms=_terms(session, ids),
            states=_states(session, ids),
            decisions=_decision_states(session, ids),
            choices=_choices(session, ids),
            earlier=earlier_charges(session, ids),
            absences=_absences(session, ids),
        )

    def funding(self, row: Row[grants.Funding, str, date | None]) -> Funding:
        funding = row.Funding
        first, last = first_and_last(funding.valid)
        balance = self.balances[funding.id]
        return Funding(
            id=funding.id,
            county_id=funding.county_id,
            voucher=funding.voucher,
            client_number=row.number,
            kind=FundingKind(funding.kind),
            window=DateWindow(first, last or date.max),
            services=frozenset(self.services[funding.id]),
            states=tuple(self.states[funding.id]),
            decision_states=tuple(self.decisions[funding.id]),
            terms=tuple(self.terms[funding.id]),
            granted_cents=balance.granted_cents,
            free_cents=balance.free_cents,
            named_provider_id=funding.provider_id,
            choices=tuple(self.choices[funding.id]),
            earlier=tuple(self.earlier[funding.id]),
            client_ended_on=row.ended_on,
            client_absences=tuple(self.absences[funding.client_id]),
        )


def _services(session: Session, ids: list[int]) -> defaultdict[int, list[str]]:
    rows = session.execute(
        select(grants.FundingService.funding_id, Service.code)
        .join(Service, Service.id == grants.FundingService.service_id)
        .where(grants.FundingService.funding_id.in_(ids))
    )
    return _gather((key, code) for key, code in rows)


def _terms(session: Session, ids: list[int]) -> defaultdict[int, list[Terms]]:
    row = grants.FundingTerms
    query = select(row).where(row.funding_id.in_(ids)).order_by(row.funding_id, row.from_day)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return _gather((found.funding_id, terms_of(found)) for found in rows)


def terms_of(row: grants.FundingTerms) -> Terms:
    """One stored row of terms as a fact."""
    return Terms(
        from_day=row.from_day,
        unit_values=_by_class(row.unit_values),
        price_caps=_by_class(row.price_caps),
        free_of_charge=row.free_of_charge,
        overrun=Overrun(row.overrun),
        period_limit=_period_limit(row),
        quantity_limit=None if row.quantity_hundredths is None else Quantity(row.quantity_hundredths),
    )


def _by_class(stored: dict[str, Any]) -> dict[str, dict[str, Money]]:
    return {service: {name: Money(cents) for name, cents in by.items()} for service, by in stored.items()}


def _period_limit(row: grants.FundingTerms) -> PeriodLimit | None:
    if row.period is None:
        return None
    amount, quantity = row.period_amount_cents, row.period_quantity_hundredths
    return PeriodLimit(
        kind=PeriodKind(row.period),
        amount_cents=None if amount is None else Money(amount),
        quantity=None if quantity is None else Quantity(quantity),
        carry=CarryOver(row.carry),
        share_hundredths=row.carry_share or 0,
    )


def _states(session: Session, ids: list[int]) -> defaultdict[int, list[tuple[date, FundingState]]]:
    row = grants.FundingState
    rows = session.execute(
        select(row.funding_id, row.from_day, row.state)
        .where(row.funding_id.in_(ids))
        .order_by(row.from_day, row.id)
    )
    return _gather((key, (day, FundingState(state))) for key, day, state in rows)


def _decision_states(session: Session, ids: list[int]) -> defaultdict[int, list[tuple[date, DecisionState]]]:
    state, funding = grants.DecisionState, grants.Funding
    rows = session.execute(
        select(funding.id, state.from_day, state.state)
        .join(
            funding,
            (funding.decision_number == state.number) & (funding.county_id == state.county_id),
        )
        .where(funding.id.in_(ids))
        .order_by(state.from_day, state.id)
    )
    return _gather((key, (day, DecisionState(name))) for key, day, name in rows)


def _choices(session: Session, ids: list[int]) -> defaultdict[int, list[Choice]]:
    row = choices.Choice
    rows = session.execute(
        select(
            row.funding_id,
            row.id,
            row.offering_id,
            row.provider_id,
            row.starts_on,
            row.ends_on,
            row.held_cents,
        )
        .where(row.funding_id.in_(ids), row.withdrawn_at.is_(None))
        .order_by(row.id)
    )
    return _gather(
        (key, Choice(choice_id, offering_id, provider_id, first, last, Money(held)))
        for key, choice_id, offering_id, provider_id, first, last, held in rows
    )


def _absences(session: Session, ids: list[int]) -> defaultdict[int, list[DateWindow]]:
    away, funding = clients.ClientAbsence, grants.Funding
    rows = session.execute(
        select(away.client_id, away.away)
        .where(away.client_id.in_(select(funding.client_id).where(funding.id.in_(ids))))
        .order_by(away.id)
    )
    return _gather((key, _closed(window)) for key, window in rows)


def _closed(window: Any) -> DateWindow:
    first, last = first_and_last(window)
    return DateWindow(first, last or date.max)


def _gather(pairs: Iterable[tuple[K, V]]) -> defaultdict[K, list[V]]:
    gathered: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        gathered[key].append(value)
    return gathered
