"""What each provider is owed: by a run that is being prepared, and by a run that does not exist yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, select, union
from sqlalchemy.orm import Session, aliased

from clearing.eligibility.load.providers import newest_accounts
from clearing.payments.load.held_payees import payees_the_bank_holds
from clearing.payments.load.stripe_payees import stripe_payees
from clearing.payments.rules.payouts import Due
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


def charges_to_freeze(
    county_id: int, until: date, *, replaced_run_id: int | None = None
) -> Select[*tuple[Any, ...]]:
    """Select the accepted charges up to the service day `until` that no run has frozen.

    Charges of the run that is about to be replaced count as not frozen. `funding_id` is NULL for a correction
    after settlement: it was posted to the payable when it was made.
    """
    frozen = select(SettlementCharge.charge_id).where(SettlementCharge.charge_id == Charge.id)
    if replaced_run_id is not None:
        replaced = select(Settlement.id).where(Settlement.run_id == replaced_run_id)
        frozen = frozen.where(SettlementCharge.settlement_id.not_in(replaced))
    return select(
        Charge.id,
        Charge.provider_id,
        case((Charge.after_settlement.is_(True), None), else_=Charge.funding_id).label("funding_id"),
        Charge.county_pays_cents,
        Charge.drawn_hundredths,
    ).where(
        Charge.county_id == county_id,
        Charge.state == "accepted",
        Charge.service_day <= until,
        ~frozen.exists(),
    )


def providers_to_settle(session: Session, county_id: int, until: date) -> list[int]:
    """Return the ids of providers with charges to freeze, or with money that earlier runs left."""
    charges = charges_to_freeze(county_id, until).subquery()
    carried = _carried(county_id).subquery()
    both = union(
        select(charges.c.provider_id), select(carried.c.provider_id).where(carried.c.cents != 0)
    ).subquery()
    return list(session.scalars(select(both.c.provider_id).order_by(both.c.provider_id)))


def dues_of_run(session: Session, run_id: int, county_id: int) -> dict[int, Due]:
    """Return what the run owes each provider, by settlement id and in its order."""
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
    return dict(
        zip((row[0] for row in rows), _dues(session, county_id, [row[1:] for row in rows]), strict=True)
    )


def dues_until(session: Session, county_id: int, until: date, *, replaced_run_id: int | None) -> list[Due]:
    """Return what a run prepared now would owe each provider, by provider id."""
    charges = charges_to_freeze(county_id, until, replaced_run_id=replaced_run_id).subquery()
    settled = (
        select(
            charges.c.provider_id,
            func.count().label("charges"),
            func.sum(charges.c.county_pays_cents).label("cents"),
        )
        .group_by(charges.c.provider_id)
        .subquery()
    )
    carried = _carried(county_id).subquery()
    left = func.coalesce(carried.c.cents, 0)
    rows = session.execute(
        select(
            Provider.id,
            Provider.business_id,
            Provider.name,
            func.coalesce(settled.c.charges, 0),
            func.coalesce(settled.c.cents, 0),
            left,
        )
        .outerjoin(settled, settled.c.provider_id == Provider.id)
        .outerjoin(carried, carried.c.provider_id == Provider.id)
        .where(or_(settled.c.charges > 0, left != 0))
        .order_by(Provider.id)
    ).all()
    return _dues(session, county_id, rows)


def _dues(session: Session, county_id: int, rows: Iterable[Any]) -> list[Due]:
    """Return dues from (provider id, business ID, name, charges, settled cents, carried cents)."""
    found = list(rows)
    accounts = newest_accounts(session, [row[0] for row in found])
    waits = payees_the_bank_holds(session, accounts)
    stripe = stripe_payees(session, county_id, [row[0] for row in found])
    return [
        Due(
            *(key, business_id, name, count, Money(int(settled)), Money(int(carried))),
            accounts.get(key),
            waits.get(key),
            stripe.get(key),
        )
        for key, business_id, name, count, settled, carried in found
    ]


def frozen_as_prepared(session: Session, run_id: int) -> bool:
    """Return whether every charge of the run is still accepted and costs what it was frozen with.

    A correction made since then is not part of the run, so it is looked for by its charge.
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
    """Return up to `last` sums (cents) that each payee of the run was paid earlier, newest first."""
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


def returned_before(session: Session, run_id: int, county_id: int, last: int) -> set[int]:
    """Return those payees of the run of whose last payments, up to `last`, one came back."""
    earlier, now_paid = aliased(Payment), aliased(Payment)
    place = func.row_number().over(partition_by=earlier.provider_id, order_by=earlier.id.desc())
    ranked = (
        select(earlier.provider_id, earlier.state, place.label("place"))
        .where(
            earlier.county_id == county_id,
            earlier.run_id < run_id,
            earlier.provider_id.in_(select(now_paid.provider_id).where(now_paid.run_id == run_id)),
        )
        .subquery()
    )
    query = select(ranked.c.provider_id).where(ranked.c.place <= last, ranked.c.state == "returned")
    return set(session.scalars(query))


def pays_returns_uploaded_by(session: Session, run_id: int, county_id: int, person_id: int) -> bool:
    """Return whether the run pays what came back by an answer that this person uploaded."""
    earlier, later, now_paid = aliased(Payment), aliased(Payment), aliased(Payment)
    paid_since = later.id > earlier.id, later.state.in_(("sent", "confirmed")), later.county_id == county_id
    query = (
        select(earlier.id)
        .where(
            earlier.county_id == county_id,
            earlier.state == "returned",
            earlier.answered_by == person_id,
            earlier.provider_id.in_(select(now_paid.provider_id).where(now_paid.run_id == run_id)),
            ~select(later.id).where(later.provider_id == earlier.provider_id, *paid_since).exists(),
        )
        .limit(1)
    )
    return session.scalar(query) is not None


def carried_sum(session: Session, county_id: int, provider_id: int) -> Money:
    """Return what earlier runs left of one provider in a county, in cents; negative: the provider owes it."""
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
    """Return the providers whose negative sum is carried to the county's next run, by name."""
    carried = _carried(county_id).subquery()
    rows = session.execute(
        select(Provider.id, Provider.name, Provider.business_id, -carried.c.cents)
        .join(carried, carried.c.provider_id == Provider.id)
        .where(carried.c.cents < 0)
        .order_by(Provider.name, Provider.id)
    )
    return [OwingProvider(key, name, code, Money(int(owed))) for key, name, code, owed in rows]


def _carried(county_id: int) -> Select[*tuple[Any, ...]]:
    """By provider: what approved settlements gave, less payments that were not returned, and less claims."""
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
