"""When counties pay, and up to which day what came in is in a payment run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import Session

from clearing.payments.load.dues import charges_to_freeze
from clearing.payments.load.payment_runs import prepared_run_of
from clearing.payments.rules.pay_days import SettlementCalendar
from clearing.payments.rules.runs_due import (
    Expected,
    RunDue,
    expected_payment,
    first_day_of_run,
    run_due,
)
from clearing.payments.rules.settling import Run, RunState
from foundation.database.tables.charges import Charge
from foundation.database.tables.counties import County
from foundation.database.tables.counties import SettlementCalendar as CalendarRow
from foundation.database.tables.payments import Settlement, SettlementCharge
from foundation.vocabulary.dates import helsinki_day, start_of_day

Versions = defaultdict[int, list[SettlementCalendar]]
COUNTED_AT = func.greatest(Charge.received_at, Charge.admitted_at)
"""When a charge came in, or was accepted after a hold: from then on a run could pay it."""


def settlement_calendars(session: Session, county_ids: Iterable[int]) -> Versions:
    """Return every version of when these counties pay by county id, each list in order of first days."""
    query = select(CalendarRow).where(CalendarRow.county_id.in_(list(county_ids)))
    found: Versions = defaultdict(list)
    for row in session.scalars(query.order_by(CalendarRow.county_id, CalendarRow.from_day)):
        found[row.county_id].append(calendar_of(row))
    return found


def calendar_of(row: CalendarRow) -> SettlementCalendar:
    """Return a stored calendar as the rules read it."""
    month_days = tuple(day for day in (row.month_day, row.second_month_day) if day is not None)
    return SettlementCalendar(row.from_day, row.weekday, month_days, row.cut_off_days or 0)


def settled_until(
    session: Session, county_ids: Iterable[int], *, with_prepared: bool = True
) -> dict[int, date | None]:
    """Return up to which day what came in is in a run, by county id; None for a county without a run.

    A run has the charges that came in before the day of its preparation, up to its last service day. A charge
    has come in on its service day or later. `with_prepared`: also in a run that waits for its approval.
    """
    until = func.settled_until(County.id, with_prepared)
    rows = session.execute(select(County.id, until).where(County.id.in_(list(county_ids))))
    return dict(rows.all())


def pay_day_to_prepare(session: Session, county_id: int, today: date) -> RunDue | None:
    """Return the pay day of a run prepared now, which replaces one that waits for its approval."""
    settled = settled_until(session, [county_id], with_prepared=False)[county_id]
    return _due(session, county_id, settled, today, replaced_run_id=prepared_run_of(session, county_id))


def run_to_prepare(session: Session, county_id: int, today: date) -> RunDue | None:
    """Return the pay day whose run somebody must prepare now: charges for it are in no run."""
    return _due(session, county_id, settled_until(session, [county_id])[county_id], today)


def _due(
    session: Session, county_id: int, settled: date | None, today: date, *, replaced_run_id: int | None = None
) -> RunDue | None:
    """Look for charges only if a cut-off has passed: there may be millions in earlier runs."""
    versions = settlement_calendars(session, [county_id])[county_id]
    if run_due(versions, settled, date.min, today) is None:
        return None
    unsettled = charges_to_freeze(county_id, today, replaced_run_id=replaced_run_id).subquery()
    oldest = session.scalar(select(func.min(COUNTED_AT)).join(unsettled, unsettled.c.id == Charge.id))
    return None if oldest is None else run_due(versions, settled, helsinki_day(oldest), today)


def announced_day(session: Session, run: Run, today: date) -> Expected | None:
    """Return the earliest day that providers have read for the charges of a run that is not sent.

    None: the county has not said when it pays, or the run has no charges. In one calendar the oldest charge
    has the earliest day; the oldest one since the next calendar began may have an earlier one.
    """
    oldest = _oldest_in_run(session, run)
    if oldest is None:
        return None
    settled = None
    if run.state is RunState.PREPARED:
        settled = settled_until(session, [run.county_id], with_prepared=False)[run.county_id]
    versions = settlement_calendars(session, [run.county_id])[run.county_id]
    begun = [each.from_day for each in versions if helsinki_day(oldest) < each.from_day <= today]
    counted = [oldest, *(_oldest_in_run_since(session, run, day) for day in begun)]
    days = (expected_payment(versions, helsinki_day(at), settled, today) for at in counted if at is not None)
    return min((each for each in days if each is not None), key=lambda each: each.day, default=None)


def _in_run(run: Run) -> Subquery:
    """Select the ids of a run's charges."""
    return (
        select(SettlementCharge.charge_id)
        .join(Settlement, Settlement.id == SettlementCharge.settlement_id)
        .where(Settlement.run_id == run.id)
        .subquery()
    )


def _oldest_in_run(session: Session, run: Run) -> datetime | None:
    """Return when the oldest charge of a run came in, or was accepted after a hold.

    Ids of charges are in the order of receipt, and a run may have a million of them; few were on hold.
    """
    in_run = _in_run(run)
    admitted = (
        select(Charge.id, COUNTED_AT.label("at"))
        .where(Charge.county_id == run.county_id, Charge.admitted_at.is_not(None))
        .subquery()
    )
    first = (
        select(func.min(in_run.c.charge_id))
        .outerjoin(admitted, admitted.c.id == in_run.c.charge_id)
        .where(admitted.c.id.is_(None))
        .scalar_subquery()
    )
    of_admitted = select(func.min(admitted.c.at)).join(in_run, in_run.c.charge_id == admitted.c.id)
    as_received = select(Charge.received_at).where(Charge.id == first).scalar_subquery()
    return session.scalar(select(func.least(as_received, of_admitted.scalar_subquery())))


def _oldest_in_run_since(session: Session, run: Run, day: date) -> datetime | None:
    """Return the same of those that came in or were accepted on a day or later. It reads every charge."""
    in_run = _in_run(run)
    oldest: Select[datetime | None] = select(func.min(COUNTED_AT)).join(
        in_run, in_run.c.charge_id == Charge.id
    )
    return session.scalar(oldest.where(start_of_day(day) <= COUNTED_AT))


def first_day_of_payment(session: Session, county_id: int, until: date, now: datetime) -> date:
    """Return the first day on which a run up to a service day, prepared now, is paid."""
    today = helsinki_day(now)
    return first_day_of_run(pay_day_to_prepare(session, county_id, today), until, today)
