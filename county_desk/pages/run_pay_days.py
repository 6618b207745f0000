"""What the pay days of a county leave to the people who pay: the run that is due, and the runs to send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clearing.payments.load.pay_days import (
    announced_day,
    pay_day_to_prepare,
    run_to_prepare,
    settlement_calendars,
)
from clearing.payments.load.payment_runs import RunHeader
from clearing.payments.rules.bank_days import bank_days_before
from clearing.payments.rules.pay_days import PayDay, next_pay_days
from clearing.payments.rules.runs_due import RunDue
from clearing.payments.rules.settling import Run, RunState
from foundation.web.transaction import db


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


def pay_day_tasks(county_id: int, runs: Iterable[RunHeader], day: date) -> PayDayTasks:
    """Return what the pay days leave to do as of a day."""
    versions = settlement_calendars(db(), [county_id])[county_id]
    if not versions:
        return PayDayTasks(None, (), None)
    coming = next_pay_days(versions, day, 1)
    unsent = [each.run for each in runs if each.run.state in (RunState.PREPARED, RunState.APPROVED)]
    return PayDayTasks(
        run_to_prepare(db(), county_id, day), list(_to_send(unsent, day)), coming[0] if coming else None
    )


def _to_send(unsent: Iterable[Run], day: date) -> Iterator[RunToSend]:
    for run in unsent:
        announced = announced_day(db(), run, day)
        if announced is not None:
            last_day = bank_days_before(announced.day, 1)
            yield RunToSend(
                run.id, announced.day, last_day, announced.is_late, run.not_before == announced.day
            )


def last_service_day(county_id: int, day: date) -> date:
    """Return the last service day that the form of a run offers: the cut-off of its pay day.

    Without a pay day that is due, it is the end of the month before.
    """
    due = pay_day_to_prepare(db(), county_id, day)
    return day.replace(day=1) - timedelta(days=1) if due is None else due.pay_day.cut_off
