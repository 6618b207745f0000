"""Mail providers whose papers end: 30 days and 7 days before, and when one has ended."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from clearing.ledger.write.outbox import leave_mail
from clearing.upkeep.load.ending_papers import ending_papers
from clearing.upkeep.rules.paper_reminders import (
    FIRST_REMINDER,
    PAPER_SUBJECT,
    reminder_stage,
    reminder_text,
)
from foundation.vocabulary.dates import helsinki_day


def remind_of_papers(session: Session, *, address: str, now: datetime) -> int:
    """Leave the mails that are due; return of how many papers. Safe to repeat: each is left once.

    Args:
        address: The public address of the service, for the link.
    """
    today = helsinki_day(now)
    papers = ending_papers(session, today + FIRST_REMINDER, today)
    for paper in papers:
        stage = reminder_stage(paper.last_day, today)
        text = reminder_text(paper.kind, paper.last_day, address)
        for to in paper.addresses:
            key = f"paper_{stage}:{paper.provider_id}:{paper.kind}:{paper.last_day}:{to}"
            leave_mail(session, key, to=to, subject=PAPER_SUBJECT, text=text, now=now)
    return len(papers)
