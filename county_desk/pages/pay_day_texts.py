"""On which days a county pays, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clearing.payments.load.pay_days import settlement_calendars
from clearing.payments.rules.pay_days import PayDay, SettlementCalendar, calendar_on, next_pay_days
from foundation.web.catalogues import N_
from foundation.web.formats import weekday_text
from foundation.web.languages import _, ngettext
from foundation.web.transaction import db

SHOWN = 6


@dataclass(frozen=True, slots=True)
class PayDaysShown:
    """What is in force, what begins later by its first day (or ends: the flag), and the next pay days."""

    now: str
    later: Sequence[tuple[date, str, bool]]
    next: Sequence[PayDay]


def pay_days_shown(county_id: int, day: date) -> PayDaysShown:
    """Return when a county pays, as of a day. `now` is empty if it has no pay days."""
    versions = settlement_calendars(db(), [county_id])[county_id]
    current = calendar_on(versions, day)
    return PayDaysShown(
        "" if current is None else calendar_text(current),
        [(each.from_day, calendar_text(each), each.is_end) for each in versions if each.from_day > day],
        next_pay_days(versions, day, SHOWN),
    )


def calendar_text(calendar: SettlementCalendar) -> str:
    """Return on which days a county pays, and until when charges can come in."""
    if calendar.is_end:
        return _(N_("The county has no pay days any more. Providers read no day."))
    return f"{_days(calendar)} {_cut_off(calendar.cut_off_days)}"


def _days(calendar: SettlementCalendar) -> str:
    if calendar.weekday is not None:
        return _(N_("Every week: %(day)s."), day=weekday_text(calendar.weekday))
    if len(calendar.month_days) == 1:
        return _(N_("Every month: day %(day)s."), day=calendar.month_days[0])
    first, second = calendar.month_days
    return _(N_("Every month: days %(first)s and %(second)s."), first=first, second=second)


def _cut_off(count: int) -> str:
    return ngettext(
        "A charge must have come in %(n)s bank day before.",
        "A charge must have come in %(n)s bank days before.",
        count,
    )
