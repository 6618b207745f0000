"""Why the pay days of a county cannot end on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from clearing.payments.rules.pay_days import SettlementCalendar
from county_desk.rules.county_changes import SetupChange, changes_part
from county_desk.rules.county_setup import CountySetup, SetupCode
from foundation.vocabulary.refusals import Refusal


def end_faults(
    setup: CountySetup,
    changes: Iterable[SetupChange],
    versions: Iterable[SettlementCalendar],
    day: date,
) -> tuple[Refusal, ...]:
    """Return why pay days cannot end on a day: others begin on it or later, and would be, or go on, after it.

    Args:
        setup: The settings that are to be stored.
        changes: What they change. Pay days that have ended by the day stay so, whatever begins after it.
        versions: What the county has said already.
        day: From which day its settings would have no pay days.
    """
    if setup.settlement_calendar is None or not setup.settlement_calendar.is_end:
        return ()
    if not changes_part(changes, "settlement_calendar"):
        return ()
    later = [each.from_day for each in versions if not each.is_end and each.from_day >= day]
    if not later:
        return ()
    first = {"first": min(later).isoformat()}
    return (Refusal(SetupCode.PAY_DAYS_BEGIN_LATER, "settlement_calendar_from", first),)
