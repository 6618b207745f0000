"""What the pay days of a county leave to the people who pay: the run that is due, and the runs to send."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from clearing.payments.load.pay_days import pay_day_to_prepare, run_to_prepare, settlement_calendars
from clearing.payments.load.payment_runs import RunHeader
from clearing.payments.rules.bank_days import bank_days_before
from clearing.payments.rules.pay_days import PayDay, SettlementCalendar, next_pay_days
from clearing.payments.rules.runs_due import RunDue, expected_on
from clearing.payments.rules.settling import RunState
from foundation.web.transaction import db


@dataclass(frozen=True, slots=True)
class RunToSend:
    """A run for a pay day that is not sent yet: sent by `last_day` it is paid on the day, else it is late."""

    run_id: int
    pay_day: date
    last_day: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class PayDayTasks:
    """The run to prepare, the runs to send, and the next pay day; nothing if the county has not said when."""

    due: RunDue | None
    to_send: Sequence[RunToSend]
    next: PayDay | None


def pay_day_tasks(county_id: int, runs: Iterable[RunHeader], day: date) -> PayDayTasks:
    """Return what the pay days leave to do as of a day."""
    versions = settlement_calendars(db(), [county_id])[county_id]
    coming = next_pay_days(versions, day, 1)
    if not coming:
        return PayDayTasks(None, (), None)
    unsent = [
        (each.run.id, each.run.not_before)
        for each in runs
        if each.run.state in (RunState.PREPARED, RunState.APPROVED)
    ]
    to_send = [
        RunToSend(run_id, first, bank_days_before(first, 1), expected_on(first, day).is_late)
        for run_id, first in unsent
        if first is not None and _is_pay_day(versions, first)
    ]
    return PayDayTasks(run_to_prepare(db(), county_id, day), to_send, coming[0])


def _is_pay_day(versions: Sequence[SettlementCalendar], day: date) -> bool:
    return any(each.day == day for each in next_pay_days(versions, day, 1))


def last_service_day(county_id: int, day: date) -> date:
    """Return the last service day that the form of a run offers: the cut-off of its pay day.

    Without a pay day that is due, it is the end of the month before.
    """
    due = pay_day_to_prepare(db(), county_id, day)
    return day.replace(day=1) - timedelta(days=1) if due is None else due.pay_day.cut_off
