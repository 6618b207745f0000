"""The last service day that the form of a run begins with."""

from __future__ import annotations

from datetime import date, timedelta

from clearing.payments.load.pay_days import pay_day_to_prepare
from foundation.web.transaction import db


def last_service_day(county_id: int, day: date) -> date:
    """Return the last service day that the form of a run offers: the cut-off of its pay day.

    Without a pay day that is due, it is the end of the month before.
    """
    due = pay_day_to_prepare(db(), county_id, day)
    return day.replace(day=1) - timedelta(days=1) if due is None else due.pay_day.cut_off
