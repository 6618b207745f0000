"""A provider stops a file that is being processed, or has the rows that are left processed too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.audit import record
from foundation.vocabulary.dates import helsinki_day
from foundation.vocabulary.roles import Actor
from provider_portal.rules.stopped_files import last_day_to_go_on
from provider_portal.write.file_work import resume_work, stop_work


def stop_file(session: Session, file_id: int, *, actor: Actor, now: datetime) -> None:
    """Stop one of the provider's files after the slice at work. Charges stored so far stay.

    A file that is done, failed or stopped already stays as it is.
    """
    if stop_work(session, file_id, go_on_until=last_day_to_go_on(helsinki_day(now))):
        record(session, actor=actor, now=now, act="charge_file.stop", subject=("charge_file", file_id))


def resume_file(session: Session, file_id: int, *, actor: Actor, now: datetime) -> None:
    """Queue a stopped file for the rows that are left; they are decided as of when the file was received.

    A file that is not stopped, or whose last day is over, stays as it is.
    """
    if resume_work(session, file_id, today=helsinki_day(now)):
        record(session, actor=actor, now=now, act="charge_file.resume", subject=("charge_file", file_id))
