"""How often one person may check charges of one client without sending any."""

from datetime import datetime, time

from sqlalchemy.orm import Session

from clearing.disclosure.facts.purposes import Purpose
from clearing.disclosure.load.looks import count_looks
from foundation.vocabulary.dates import HELSINKI, helsinki_day
from foundation.vocabulary.refusals import Refusal
from foundation.vocabulary.roles import Actor

MOST_CHECKS_A_DAY = 1_000
"""A form checks after each field and a program before each row, so a day's honest work takes hundreds. Each
leaves a row that the client sees."""

TOO_MANY_CHECKS = "too_many_checks"


def check_limit(session: Session, client_id: int, *, actor: Actor, now: datetime) -> Refusal | None:
    """Return the refusal of another check, if the person has checked the client's charges too often today."""
    since = datetime.combine(helsinki_day(now), time(), HELSINKI)
    purpose = Purpose.PROVIDER_CHECK
    checked = count_looks(session, client_id, person_id=actor.person_id, purpose=purpose, since=since)
    return Refusal(TOO_MANY_CHECKS, "voucher") if checked >= MOST_CHECKS_A_DAY else None
