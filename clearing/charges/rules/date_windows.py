"""Days: today, and the last day to send a charge (R-05, R-26)."""

from datetime import date

from clearing.charges.facts.charge import Charge
from clearing.charges.rules.charge_in_context import ChargeInContext
from clearing.reasons import (
    SERVICE_DAY_IN_FUTURE,
    TOO_LATE,
    Finding,
    report,
)
from foundation.vocabulary.dates import ONE_DAY


def service_day_in_future(charge: Charge, today: date) -> Finding | None:
    """Service day after today in Helsinki (R-05)."""
    day = charge.service_day
    if day is None or day <= today:
        return None
    return report(SERVICE_DAY_IN_FUTURE, service_day=day.isoformat(), today_day=today.isoformat())


def too_late(context: ChargeInContext) -> Finding | None:
    """Received more than ``late_days`` after the service day; a worker can admit it with a reason (R-26)."""
    day, received_day = context.charge.service_day, context.charge.received_day
    late_days = context.county.late_days_on(received_day)
    if day is None or (received_day - day).days <= late_days:
        return None
    return report(TOO_LATE, last_day=(day + late_days * ONE_DAY).isoformat())
