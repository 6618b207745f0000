"""When a provider is paid for charges that no approved run has: by county and by day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, and_, cast, func, select
from sqlalchemy.orm import Session

from clearing.payments.load.pay_days import settled_until, settlement_calendars
from clearing.payments.rules.pay_days import PayDay, calendar_on, pay_day_of
from clearing.payments.rules.runs_due import Expected, expected_payment
from foundation.database.tables.charges import Charge
from foundation.database.tables.counties import County
from foundation.database.tables.payments import PaymentRun, Settlement, SettlementCharge, settled_charges
from foundation.database.tables.providers import Approval
from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.money import Money
from marketplace.load.names import Names


@dataclass(frozen=True, slots=True)
class ExpectedPayment:
    """Charges of a county that are paid on one day if the run is approved.

    `expected` is None for a county that has not said when it pays, and for what waits: `waiting` is why, in a
    run that is prepared. The sum may be negative: a correction is taken off another payment.
    """

    county: str
    county_name: Names
    expected: Expected | None
    waiting: str | None
    charge_count: int
    sum_cents: Money


@dataclass(frozen=True, slots=True)
class HeldPayment:
    """Charges on hold of a county: they have no pay day until it has decided on them."""

    county: str
    county_name: Names
    has_pay_days: bool
    charge_count: int
    sum_cents: Money


@dataclass(frozen=True, slots=True)
class OpenPayDay:
    """The pay day of a charge that comes in to a county now; None: the county has not said when it pays."""

    county: str
    county_name: Names
    pay_day: PayDay | None


_Key = tuple[int, Expected | None, str | None]


def expected_payments(session: Session, provider_id: int, today: date) -> list[ExpectedPayment]:
    """Return what is paid when, the earliest first and what has no day last.

    Together they are what `unsettled` counts. A charge in a run that waits for its approval keeps the day
    that it had before the run was prepared.
    """
    rows = session.execute(_came_in(provider_id)).all()
    county_ids = {row[0] for row in rows}
    calendars = settlement_calendars(session, county_ids)
    until, approved_until = (
        settled_until(session, county_ids, with_prepared=prepared) for prepared in (True, False)
    )
    sums: defaultdict[_Key, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for county_id, came_in, admitted, is_prepared, waiting, count, cents in rows:
        settled = approved_until[county_id] if is_prepared else until[county_id]
        expected = expected_payment(calendars[county_id], came_in, settled, today, admitted=admitted)
        key = (county_id, None if waiting else expected, waiting)
        sums[key] = (sums[key][0] + count, sums[key][1] + int(cents))
    counties = _counties(session, county_ids)
    found = [
        ExpectedPayment(*counties[county_id], expected, waiting, count, Money(cents))
        for (county_id, expected, waiting), (count, cents) in sums.items()
    ]
    return sorted(found, key=_order)


def open_pay_days(session: Session, provider_id: int, today: date) -> list[OpenPayDay]:
    """Return the pay day of what comes in today, for each county that knows the provider, by name."""
    county_ids = set(session.scalars(select(Approval.county_id).where(Approval.provider_id == provider_id)))
    calendars = settlement_calendars(session, county_ids)
    counties = _counties(session, county_ids)
    found = [OpenPayDay(*counties[key], pay_day_of(calendars[key], today)) for key in county_ids]
    return sorted(found, key=lambda each: each.county)


def held_payments(session: Session, provider_id: int, today: date) -> list[HeldPayment]:
    """Return what is on hold, by county: a charge that is accepted counts from that day.

    Together they are what `money_to_come` has as held. One whose price is not known yet counts as nothing.
    """
    query = (
        select(County.id, func.count(), func.coalesce(func.sum(Charge.county_pays_cents), 0))
        .join(Charge, Charge.county_id == County.id)
        .where(Charge.provider_id == provider_id, Charge.state == "on_hold")
        .group_by(County.id)
    )
    rows = session.execute(query).all()
    county_ids = {row[0] for row in rows}
    calendars = settlement_calendars(session, county_ids)
    counties = _counties(session, county_ids)
    found = [
        HeldPayment(
            *counties[county_id],
            calendar_on(calendars[county_id], today) is not None,
            count,
            Money(int(cents or 0)),
        )
        for county_id, count, cents in rows
    ]
    return sorted(found, key=lambda each: each.county)


def _came_in(provider_id: int) -> Select[*tuple[Any, ...]]:
    """By county, days of receipt and admission and prepared run: accepted charges no approved run has."""
    settled = select(settled_charges.c.charge_id).where(settled_charges.c.charge_id == Charge.id)
    came_in, admitted = (
        cast(func.timezone(HELSINKI.key, at), Date) for at in (Charge.received_at, Charge.admitted_at)
    )
    own_run = and_(PaymentRun.id == Settlement.run_id, PaymentRun.state == "prepared")
    in_run = (
        select(SettlementCharge.charge_id, Settlement.id, Settlement.waiting)
        .join(Settlement, Settlement.id == SettlementCharge.settlement_id)
        .join(PaymentRun, own_run)
        .where(Settlement.provider_id == provider_id)
        .subquery()
    )
    is_prepared = in_run.c.id.is_not(None).label("is_prepared")
    return (
        select(
            Charge.county_id,
            came_in,
            admitted,
            is_prepared,
            in_run.c.waiting,
            func.count(),
            func.coalesce(func.sum(Charge.county_pays_cents), 0),
        )
        .outerjoin(in_run, in_run.c.charge_id == Charge.id)
        .where(Charge.provider_id == provider_id, Charge.state == "accepted", ~settled.exists())
        .group_by(Charge.county_id, came_in, admitted, is_prepared, in_run.c.waiting)
    )


def _counties(session: Session, county_ids: set[int]) -> dict[int, tuple[str, Names]]:
    query = select(County.id, County.code, County.name_fi, County.name_sv, County.name_en)
    rows = session.execute(query.where(County.id.in_(county_ids)))
    return {key: (code, Names(*names)) for key, code, *names in rows}


def _order(each: ExpectedPayment) -> tuple[date, str, str]:
    day = date.max if each.expected is None else each.expected.day
    return day, each.county, each.waiting or ""
