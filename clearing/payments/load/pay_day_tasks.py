"""What the pay days of a county leave to the people who pay: the run that is due, and the runs to send."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.payments.load.pay_days import announced_day, run_to_prepare, settlement_calendars
from clearing.payments.load.unsent_runs import unsent_runs
from clearing.payments.rules.bank_days import bank_days_before
from clearing.payments.rules.pay_days import PayDay, next_pay_days
from clearing.payments.rules.runs_due import RunDue
from foundation.database.tables.counties import SettlementCalendar


@dataclass(frozen=True, slots=True)
class RunToSend:
    """A run that is not sent yet, and the day that its providers have read: sent by `last_day` it holds.

    `waits`: the run is paid on that day also if it is sent earlier; else on the next bank day after sending.
    """

    run_id: int
    pay_day: date
    last_day: date
    is_late: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class PayDayTasks:
    """The run to prepare, the runs to send, and the next pay day; nothing if the county has not said when."""

    due: RunDue | None
    to_send: Sequence[RunToSend]
    next: PayDay | None

    @property
    def missed(self) -> date | None:
        """The first pay day that is not reached any more, as its providers read; None: nothing is late."""
        days = [each.pay_day for each in self.to_send if each.is_late]
        if self.due is not None and self.due.missed is not None:
            days.append(self.due.missed)
        return min(days, default=None)


def pay_day_tasks(session: Session, county_id: int, day: date) -> PayDayTasks:
    """Return what the pay days leave to do as of a day."""
    versions = settlement_calendars(session, [county_id])[county_id]
    if not versions:
        return PayDayTasks(None, (), None)
    coming = next_pay_days(versions, day, 1)
    to_send = list(_to_send(session, county_id, day))
    return PayDayTasks(run_to_prepare(session, county_id, day), to_send, coming[0] if coming else None)


def missed_pay_days(session: Session, day: date) -> dict[int, date]:
    """Return the first pay day that is missed of each county whose run is late, by county id."""
    query = select(SettlementCalendar.county_id).distinct().order_by(SettlementCalendar.county_id)
    found = {key: pay_day_tasks(session, key, day).missed for key in session.scalars(query)}
    return {key: missed for key, missed in found.items() if missed is not None}


def _to_send(session: Session, county_id: int, day: date) -> Iterator[RunToSend]:
    for run in (header.run for header in unsent_runs(session, county_id)):
        announced = announced_day(session, run, day)
        if announced is not None:
            last_day = bank_days_before(announced.day, 1)
            yield RunToSend(
                run.id, announced.day, last_day, announced.is_late, run.not_before == announced.day
            )
