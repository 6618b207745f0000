"""Delete the messages that need not be kept any longer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.upkeep.actions.expire_fundings import TIMETABLE
from clearing.upkeep.write.old_messages import delete_old_messages
from foundation.vocabulary.dates import helsinki_day


def forget_messages(session: Session, *, most: int, now: datetime) -> int:
    """Delete at most `most` messages whose last day is over; return how many. Safe to repeat.

    The audit log keeps the number for each county.
    """
    deleted = delete_old_messages(session, today=helsinki_day(now), most=most)
    for county_id, count in deleted.items():
        record(
            session,
            actor=TIMETABLE,
            now=now,
            act="message.delete",
            subject=("message", "old"),
            county_id=county_id,
            detail={"rows": count},
        )
    return sum(deleted.values())
