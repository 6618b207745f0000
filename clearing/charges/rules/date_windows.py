"""Days: today, the funding's window, the client's last day, the last day to send (R-05, R-11, R-12, R-26)."""

from clearing.charges.facts.book import Book
from clearing.charges.facts.charge import Charge
from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.reasons import (
    CLIENT_ENDED,
    OUTSIDE_VOUCHER_WINDOW,
    SERVICE_DAY_IN_FUTURE,
    TOO_LATE,
    Finding,
    report,
)
from foundation.vocabulary.dates import ONE_DAY


def service_day_in_future(charge: Charge, book: Book) -> Finding | None:
    """Service day after today in Helsinki (R-05)."""
    day = charge.service_day
    if day is None or day <= book.today:
        return None
    return report(SERVICE_DAY_IN_FUTURE, service_day=day.isoformat(), today_day=book.today.isoformat())


def outside_voucher_window(context: ChargeInContext) -> Finding | None:
    """Service day outside the funding's window; both ends are inside (R-11)."""
    day, window = context.charge.service_day, context.funding.window
    if day is None or window.first <= day <= window.last:
        return None
    return report(
        OUTSIDE_VOUCHER_WINDOW, first_day=window.first.isoformat(), last_day=window.last.isoformat()
    )


def client_ended(context: ChargeInContext) -> Finding | None:
    """After the client's death or move out of the county; that day itself is still paid (R-12)."""
    day, ended_on = context.charge.service_day, context.funding.client_ended_on
    if day is None or ended_on is None or day <= ended_on:
        return None
    return report(CLIENT_ENDED, ended_day=ended_on.isoformat())


def too_late(context: ChargeInContext) -> Finding | None:
    """Received more than ``late_days`` after the service day; a worker can admit it with a reason (R-26)."""
    day, late_days = context.charge.service_day, context.county.late_days
    if day is None or (context.charge.received_day - day).days <= late_days:
        return None
    return report(TOO_LATE, last_day=(day + late_days * ONE_DAY).isoformat())
