"""Follow the mergers of municipalities: whoever was in an ended one is in its successor."""

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from clearing.upkeep.actions.expire_fundings import TIMETABLE
from clearing.upkeep.write.municipalities import move_to_successors
from foundation.vocabulary.dates import helsinki_day


def follow_mergers(session: Session, *, now: datetime) -> int:
    """Move clients, places and offerings from municipalities that have ended; return how many rows.

    Safe to repeat. A chain of mergers is followed one step each night.
    """
    moved = move_to_successors(session, today=helsinki_day(now))
    if moved:
        record(
            session,
            actor=TIMETABLE,
            now=now,
            act="municipality.merge",
            subject=("municipality", "ended"),
            detail={"rows": moved},
        )
    return moved
