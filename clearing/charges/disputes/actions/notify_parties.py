"""Mail the party whose turn it is in a dispute. The mail says only that something waits in the program."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.charges.disputes.load.addresses import addresses_of
from clearing.charges.disputes.load.threads import thread_of
from clearing.charges.disputes.rules.statements import party_in_turn
from clearing.ledger.gateways.mail_texts import WAITS_SUBJECT, WAITS_TEXT
from clearing.ledger.write.outbox import leave_mail
from foundation.vocabulary.dates import helsinki_day


def notify_next_party(session: Session, charge_id: int, number: int, *, now: datetime) -> None:
    """Leave a mail for the party that is to answer entry `number`, once for each entry."""
    thread = thread_of(session, charge_id)
    party = None if thread is None else party_in_turn(thread.turn)
    if thread is None or party is None:
        return
    for place, address in enumerate(addresses_of(session, thread, party, day=helsinki_day(now))):
        key = f"dispute:{thread.id}:{number}:{place}"
        leave_mail(session, key, to=address, subject=WAITS_SUBJECT, text=WAITS_TEXT, now=now)
