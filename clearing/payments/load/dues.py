"""What each provider is owed, and the account it would be paid to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, func, literal, or_, select, union
from sqlalchemy.orm import Session, aliased

from clearing.eligibility.facts.bank_account import BankAccount
from clearing.eligibility.load.bank_accounts import newest_accounts
from foundation.database.tables.charges import Charge
from foundation.database.tables.payments import (
    OWED_RUN_STATES,
    Payment,
    PaymentRun,
    Settlement,
    SettlementCharge,
)
from foundation.database.tables.providers import Provider
from foundation.database.tables.recoveries import Recovery
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class ProviderDue:
    """One settlement of a run before it is decided whether it is paid. Sums in whole cents."""

    settlement_id: int
    provider_id: int
    business_id: str
    name: str
    charge_count: int
    settled_cents: Money
    carried_cents: Money
    account: BankAccount | None


def dues_of_run(session: Session, run_id: int, county_id: int) -> list[ProviderDue]:
    """Every settlement of the run with what earlier runs left and the newest account, in id order."""
    carried = _carried(county_id).subquery()
    rows = session.execute(
        select(
            Settlement.id,
            Settlement.provider_id,
            Provider.business_id,
            Provider.name,
            Settlement.charge_count,
            Settlement.sum_cents,
            func.coalesce(carried.c.cents, 0),
        )
        .join(Provider, Provider.id == Settlement.provider_id)
        .outerjoin(carried, carried.c.provider_id == Settlement.provider_id)
        .where(Settlement.run_id == run_id)
        .order_by(Settlement.id)
    ).all()
    accounts = newest_accounts(session, [row[1] for row in rows])
    return [
        ProviderDue(key, provider, code, name, count, Money(own), Money(int(left)), accounts.get(provider))
        for key, provider, code, name, count, own, left in rows
    ]


def providers_to_settle(session: Session, county_id: int, until: date) -> list[int]:
    """The ids of those with charges to freeze up to a service day, or with money that earlier runs left."""
    frozen = select(SettlementCharge.charge_id).where(SettlementCharge.charge_id == Charge.id)
    waiting = (
        select(Charge.provider_id)
        .where(Charge.county_id == county_id, Charge.state == "accepted", Charge.service_day <= until)
        .where(~frozen.exists())
    )
    carried = _carried(county_id).subquery()
    left = select(carried.c.provider_id).where(carried.c.cents != 0)
    both = union(waiting, left).subquery()
    return list(session.scalars(select(both.c.provider_id).order_by(both.c.provider_id)))


def frozen_as_prepared(session: Session, run_id: int) -> bool:
    """Whether every charge of the run still is accepted and costs what it was frozen with.

    A correction made since then stands outside the run, so it is looked for by its charge.
    """
    of_run = and_(Settlement.id == SettlementCharge.settlement_id, Settlement.run_id == run_id)
    frozen = select(literal(1)).select_from(SettlementCharge).join(Settlement, of_run)
    changed = frozen.outerjoin(Charge, Charge.id == SettlementCharge.charge_id).where(
        or_(
            func.coalesce(Charge.state, "") != "accepted",
            Charge.county_pays_cents != SettlementCharge.county_pays_cents,
        )
    )
    with_its_charge = aliased(SettlementCharge)
    inside = select(literal(1)).where(
        with_its_charge.charge_id == Charge.id,
        with_its_charge.settlement_id == SettlementCharge.settlement_id,
    )
    outside = frozen.join(Charge, Charge.original_id == SettlementCharge.charge_id).where(
        Charge.after_settlement.is_(False), ~inside.exists()
    )
    return not session.scalar(select(or_(changed.exists(), outside.exists())))


def earlier_sums(session: Session, run_id: int, county_id: int, last: int) -> dict[int, tuple[int, ...]]:
    """Up to `last` earlier sums paid to each payee of the run in the county, newest first, in cents."""
    earlier, now_paid = aliased(Payment), aliased(Payment)
    place = func.row_number().over(partition_by=earlier.provider_id, order_by=earlier.id.desc())
    ranked = (
        select(earlier.provider_id, earlier.sum_cents, place.label("place"))
        .where(
            earlier.county_id == county_id,
            earlier.run_id < run_id,
            earlier.state.in_(("sent", "confirmed")),
            earlier.provider_id.in_(select(now_paid.provider_id).where(now_paid.run_id == run_id)),
        )
        .subquery()
    )
    found: dict[int, tuple[int, ...]] = {}
    query = select(ranked.c.provider_id, ranked.c.sum_cents).where(ranked.c.place <= last)
    for provider_id, cents in session.execute(query.order_by(ranked.c.provider_id, ranked.c.place)):
        found[provider_id] = (*found.get(provider_id, ()), cents)
    return found


def carried_sum(session: Session, county_id: int, provider_id: int) -> Money:
    """What earlier runs left of one provider in a county, in whole cents; negative: the provider owes it."""
    carried = _carried(county_id).subquery()
    found = session.scalar(select(carried.c.cents).where(carried.c.provider_id == provider_id))
    return Money(int(found or 0))


@dataclass(frozen=True, slots=True)
class OwingProvider:
    """A provider that approved runs left owing the county `owed_cents`."""

    id: int
    name: str
    business_id: str
    owed_cents: Money


def owing_providers(session: Session, county_id: int) -> list[OwingProvider]:
    """Whose negative sum is carried to the county's next run, by name."""
    carried = _carried(county_id).subquery()
    rows = session.execute(
        select(Provider.id, Provider.name, Provider.business_id, -carried.c.cents)
        .join(carried, carried.c.provider_id == Provider.id)
        .where(carried.c.cents < 0)
        .order_by(Provider.name)
    )
    return [OwingProvider(key, name, code, Money(int(owed))) for key, name, code, owed in rows]


def _carried(county_id: int) -> Select[tuple[int, int]]:
    """By provider: what approved settlements gave, less what was paid and not returned, and claims."""
    settled = (
        select(Settlement.provider_id, Settlement.sum_cents.label("cents"))
        .join(PaymentRun, PaymentRun.id == Settlement.run_id)
        .where(Settlement.county_id == county_id, PaymentRun.state.in_(OWED_RUN_STATES))
    )
    paid = (
        select(Payment.provider_id, -Payment.sum_cents)
        .join(PaymentRun, PaymentRun.id == Payment.run_id)
        .where(
            Payment.county_id == county_id,
            PaymentRun.state.in_(OWED_RUN_STATES),
            Payment.state != "returned",
        )
    )
    claimed = select(Recovery.provider_id, Recovery.amount_cents).where(Recovery.county_id == county_id)
    both = settled.union_all(paid, claimed).subquery()
    return select(both.c.provider_id, func.sum(both.c.cents).label("cents")).group_by(both.c.provider_id)
