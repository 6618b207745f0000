"""The letter of a month, made by the county for a client who does not use Omatori."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from clearing.disclosure.actions.disclose import disclose
from clearing.disclosure.facts.looks import ClientKey, Look
from clearing.disclosure.facts.purposes import Purpose
from foundation.vocabulary.dates import DateWindow
from foundation.vocabulary.roles import Actor
from marketplace.load.mandates import clients
from marketplace.load.month_letter import MonthLetter, month_letter


def letter_for_client(
    session: Session, client_id: int, month: DateWindow, *, why: str, day: date, actor: Actor, now: datetime
) -> MonthLetter:
    """Return the letter of a month, and record the look. The caller has checked that it is an own client."""
    client = clients(session, [client_id])[client_id]
    key = ClientKey(client.id, client.county_id, f"{month.first:%Y-%m}")
    disclose(session, [key], Look(actor, now, Purpose.CASEWORK, "letter", key="subject", why=why))
    return month_letter(session, client, month, day)
