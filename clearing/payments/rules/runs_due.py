"""When money that waits is paid, and which run must be prepared now (docs/decisions/0226)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from clearing.payments.rules.bank_days import bank_days_before, next_bank_day
from clearing.payments.rules.pay_days import PayDay, SettlementCalendar, calendar_on, pay_day_of, pay_days
from foundation.vocabulary.dates import ONE_DAY

_LOOKED_BACK = timedelta(days=3 * 365)
"""A run is never later than this."""
_LOOKED_AHEAD = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Expected:
    """On which day money is paid if its run is approved. `is_late`: no run can reach the day any more.

    The day is in the past only if the run of the county is late, and then `run_due` says so too.
    """

    day: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class RunDue:
    """A pay day whose charges have come in and are in no run. `missed`: the first that no run can reach."""

    pay_day: PayDay
    missed: date | None

    @property
    def last_day(self) -> date:
        """The last day on which the run can be sent, to be paid on its day."""
        return bank_days_before(self.pay_day.day, 1)


def expected_payment(
    versions: Sequence[SettlementCalendar],
    came_in: date,
    settled_until: date | None,
    today: date,
    *,
    admitted: date | None = None,
) -> Expected | None:
    """Return when a charge that is in no run yet is paid; None: the county has not said when it pays.

    A charge whose hold ends after the cut-off of its pay day is paid on the first pay day whose cut-off it
    meets then: no run could have paid it before, so none is late with it.

    Args:
        versions: The calendars of its county.
        came_in: When the charge came in; one without a calendar counts from the first day of the next.
        settled_until: What came in by this day is in a run. A charge that was on hold then is in the next.
        today: The day as of which this is asked.
        admitted: When a charge that was on hold was accepted.
    """
    counted = came_in if settled_until is None else max(came_in, settled_until + ONE_DAY)
    found = _pay_day_as_of(versions, counted, today)
    if found is not None and admitted is not None and admitted > found.cut_off:
        found = _pay_day_as_of(versions, admitted, today)
    return None if found is None else expected_on(found.day, today)


def _pay_day_as_of(versions: Sequence[SettlementCalendar], counted: date, today: date) -> PayDay | None:
    """Return the pay day of what counts from a day, by the calendars that have begun by today."""
    if calendar_on(versions, counted) is None:
        begun = (each.from_day for each in versions if not each.is_end and counted < each.from_day <= today)
        counted = min(begun, default=counted)
    return pay_day_of(versions, counted)


def expected_on(day: date, today: date) -> Expected:
    """Return a day of payment, late if a run that is sent today cannot reach it."""
    return Expected(day, next_bank_day(today) > day)


def run_due(
    versions: Sequence[SettlementCalendar], settled_until: date | None, oldest: date, today: date
) -> RunDue | None:
    """Return the pay day for which a run must be prepared now: the earliest that can be reached, if any.

    Args:
        versions: The calendars of the county.
        settled_until: What came in by this day is in a run.
        oldest: The first day on which a charge that is in no run came in, or was accepted after a hold:
            before it no pay day is missed.
        today: The day on which the run would be prepared.
    """
    first_cut_off = oldest if settled_until is None else max(oldest, settled_until + ONE_DAY)
    first = max(first_cut_off, today - _LOOKED_BACK)
    near = takewhile(lambda each: each.day <= today + _LOOKED_AHEAD, pay_days(versions, first))
    due = [each for each in near if first_cut_off <= each.cut_off < today]
    if not due:
        return None
    missed = [each.day for each in due if expected_on(each.day, today).is_late]
    reached = [each for each in due if each.day not in missed]
    return RunDue((reached or due[-1:])[0], missed[0] if missed else None)


def first_day_of_run(due: RunDue | None, until: date, today: date) -> date:
    """Return the first day on which a run up to a service day is paid: its pay day if it has one.

    A run that leaves out charges of its pay day, and one that is late, is paid on the next bank day.
    """
    soonest = next_bank_day(today)
    if due is None or due.missed is not None or until < due.pay_day.cut_off:
        return soonest
    return max(soonest, due.pay_day.day)
