"""The pay days that a run is for: what its charges' providers have read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, cast, func, select
from sqlalchemy.orm import Session

from clearing.payments.load.pay_days import settled_until, settlement_calendars
from clearing.payments.rules.runs_due import Expected, expected_payment
from clearing.payments.rules.settling import Run, RunState
from foundation.database.tables.charges import Charge
from foundation.database.tables.payments import Settlement, SettlementCharge
from foundation.vocabulary.dates import HELSINKI
from foundation.vocabulary.money import Money


@dataclass(frozen=True, slots=True)
class RunPayDay:
    """Charges of a run with one day of payment. `expected` is None if their provider reads no day."""

    expected: Expected | None
    charge_count: int
    sum_cents: Money


def pay_days_of_run(session: Session, run: Run, today: date) -> list[RunPayDay]:
    """Return the days that were announced for the charges of a run, the earliest first, none last.

    Empty for a county that has said nothing about its pay days.
    """
    versions = settlement_calendars(session, [run.county_id])[run.county_id]
    if not versions:
        return []
    settled = None
    if run.state is RunState.PREPARED:
        settled = settled_until(session, [run.county_id], with_prepared=False)[run.county_id]
    sums: defaultdict[Expected | None, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for came_in, admitted, count, cents in _came_in(session, run.id):
        expected = expected_payment(versions, came_in, settled, today, admitted=admitted)
        sums[expected] = (sums[expected][0] + count, sums[expected][1] + cents)
    found = [RunPayDay(expected, count, Money(cents)) for expected, (count, cents) in sums.items()]
    return sorted(found, key=lambda each: date.max if each.expected is None else each.expected.day)


def _came_in(session: Session, run_id: int) -> Iterator[tuple[date, date | None, int, int]]:
    """Yield the charges of a run and their sum in cents, by their days of receipt and of admission."""
    came_in, admitted = (
        cast(func.timezone(HELSINKI.key, at), Date) for at in (Charge.received_at, Charge.admitted_at)
    )
    query = (
        select(came_in, admitted, func.count(), func.sum(SettlementCharge.county_pays_cents))
        .join(Settlement, Settlement.id == SettlementCharge.settlement_id)
        .join(Charge, Charge.id == SettlementCharge.charge_id)
        .where(Settlement.run_id == run_id)
        .group_by(came_in, admitted)
    )
    for first, second, count, cents in session.execute(query):
        yield first, second, count, int(cents)
