"""What `omatori settle prepare` says of pay days: for which the run is, and which run is due beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import click
from sqlalchemy.orm import Session

from clearing.payments.load.run_pay_days import RunPayDay
from clearing.payments.rules.bank_days import bank_days_before
from clearing.payments.rules.runs_due import RunDue
from clearing.payments.rules.settling import Run
from foundation.vocabulary.money import format_hundredths


@dataclass(frozen=True, slots=True)
class PreparedFor:
    """The pay days of a run, and the run that somebody must prepare after it."""

    days: Sequence[RunPayDay]
    due: RunDue | None

    def as_json(self) -> dict[str, Any]:
        """Return the keys that are added to those of the run; days as ISO texts, sums as decimal texts."""
        return {"pay_days": [_day_as_json(each) for each in self.days], "due": _due_as_json(self.due)}

    def lines(self) -> Iterator[str]:
        """Yield the same as lines for a person."""
        for each in self.days:
            noun = "charge" if each.charge_count == 1 else "charges"
            what = f"{each.charge_count} {noun}, {format_hundredths(each.sum_cents)} EUR"
            if each.expected is None:
                yield f"No pay day: {what}"
            elif each.expected.is_late:
                yield f"Pay day {each.expected.day}: {what}. Late: paid on the next bank day after it is sent"
            else:
                yield f"Pay day {each.expected.day}: {what}. Send by {_send_by(each.expected.day)}"
        if self.due is not None:
            state = f"late since {self.due.missed}" if self.due.missed else f"send by {self.due.last_day}"
            day, cut_off = self.due.pay_day.day, self.due.pay_day.cut_off
            yield f"Also due: pay day {day}, charges that came in by {cut_off}, {state}"


def prepared_for(session: Session, run: Run, today: date) -> PreparedFor:
    """Return the pay days of a run that was prepared, and what is due without it."""
    from clearing.payments.load.pay_days import run_to_prepare
    from clearing.payments.load.run_pay_days import pay_days_of_run

    days = pay_days_of_run(session, run, today)
    return PreparedFor(days, run_to_prepare(session, run.county_id, today))


def last_service_day(session: Session, county_id: int, today: date) -> date:
    """Return the last service day of a run for the pay day that is due: its cut-off."""
    from clearing.payments.load.pay_days import pay_day_to_prepare

    due = pay_day_to_prepare(session, county_id, today)
    if due is None:
        raise click.ClickException("No pay day is due. Give the last service day: --until DAY.")
    return due.pay_day.cut_off


def _day_as_json(each: RunPayDay) -> dict[str, Any]:
    expected = each.expected
    return {
        "day": expected and expected.day.isoformat(),
        "late": expected and expected.is_late,
        "send_by": expected and _send_by(expected.day).isoformat(),
        "charges": each.charge_count,
        "sum": format_hundredths(each.sum_cents),
    }


def _due_as_json(due: RunDue | None) -> dict[str, Any] | None:
    if due is None:
        return None
    return {
        "day": due.pay_day.day.isoformat(),
        "cut_off": due.pay_day.cut_off.isoformat(),
        "send_by": due.last_day.isoformat(),
        "missed": due.missed and due.missed.isoformat(),
    }


def _send_by(day: date) -> date:
    return bank_days_before(day, 1)
