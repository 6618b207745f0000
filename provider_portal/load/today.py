"""Counts and papers on a provider's start page."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.provider import Paper
from clearing.eligibility.load.providers import papers_of
from foundation.database.tables.charges import Charge
from marketplace.load.renewals import paper_statuses
from marketplace.rules.renewing import PaperStatus
from provider_portal.load.refusals import count_refusals_to_mend

PAPERS_SHOWN = timedelta(days=60)


def charge_counts(session: Session, provider_id: int) -> dict[str, int]:
    """Return the number of refused charges to mend, and of charges on hold."""
    on_hold = select(func.count()).where(Charge.provider_id == provider_id, Charge.state == "on_hold")
    return {
        "refused": count_refusals_to_mend(session, provider_id),
        "on_hold": session.scalar(on_hold) or 0,
    }


def papers(session: Session, provider_id: int) -> list[Paper]:
    """Return the newest paper of each kind."""
    found = sorted(papers_of(session, [provider_id])[provider_id], key=lambda paper: paper.first_day)
    newest = {paper.kind: paper for paper in found}
    return [newest[kind] for kind in sorted(newest)]


def papers_ending(session: Session, provider_id: int, *, today: date) -> list[PaperStatus]:
    """Return the papers that have ended or end soon, and those of which a county rejected the new one."""
    return [
        status
        for status in paper_statuses(session, provider_id, today=today)
        if status.rejected or (status.until is not None and status.until <= today + PAPERS_SHOWN)
    ]
