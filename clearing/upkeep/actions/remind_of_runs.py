"""Mail the people who settle in a county that its payment run is late."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.gateways.mail_texts import RUN_LATE_SUBJECT, run_late_text
from clearing.ledger.write.outbox import leave_mail
from clearing.payments.load.pay_day_tasks import missed_pay_days
from clearing.payments.rules.bank_days import is_bank_day
from clearing.upkeep.load.settling_people import addresses_of_settling_people
from foundation.vocabulary.dates import helsinki_day


def remind_of_runs(session: Session, *, address: str, now: datetime) -> int:
    """Leave the mails of a day; return of how many counties. Safe to repeat: each is left once a day.

    A run is late as the page of payment runs says it, and the mails end when it is sent. On a day on which
    banks are closed nothing can be done about it, so nothing is mailed.

    Args:
        address: The public address of the service, for the link.
    """
    today = helsinki_day(now)
    if not is_bank_day(today):
        return 0
    found = missed_pay_days(session, today)
    for county_id, missed in found.items():
        text = run_late_text(missed, address)
        for to in addresses_of_settling_people(session, today, county_id=county_id):
            key = f"run_late:{county_id}:{today.isoformat()}:{to}"
            leave_mail(session, key, to=to, subject=RUN_LATE_SUBJECT, text=text, now=now)
    return len(found)
