"""The section `settlement_calendar` of a county's file: on which days the county pays."""

from __future__ import annotations

from datetime import date

from clearing.payments.rules.pay_days import (
    FEWEST_CUT_OFF_DAYS,
    LATEST_MONTH_DAY,
    MOST_CUT_OFF_DAYS,
    MOST_MONTH_DAYS,
    WEEKDAYS,
    SettlementCalendar,
)
from county_desk.reading.settings_section import NOTHING, Section


def read_settlement_calendar(section: Section) -> SettlementCalendar | None:
    """Return the calendar of a section; None if the file has none. An empty section ends the pay days."""
    if section is NOTHING:
        return None
    if section.is_empty:
        return SettlementCalendar(date.min, None, (), 0)
    weekday = section.one_of("weekday", WEEKDAYS, default="")
    month_days = tuple(sorted(section.wholes("month_days", 1, LATEST_MONTH_DAY)))
    cut_off_days = section.whole("cut_off_days", FEWEST_CUT_OFF_DAYS, MOST_CUT_OFF_DAYS)
    if section.has("weekday") == section.has("month_days"):
        section.refuse("weekday", "weekday_or_month_days")
    if len(month_days) > MOST_MONTH_DAYS:
        section.refuse("month_days", "too_many_days", most=MOST_MONTH_DAYS)
    section.refuse_others()
    number = WEEKDAYS.index(weekday) if weekday in WEEKDAYS else None
    return SettlementCalendar(date.min, number, month_days, cut_off_days)
