"""Counts and papers on a provider's start page."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.provider import Paper
from clearing.eligibility.load.providers import papers_of
from foundation.database.tables.charges import Charge

LATELY = timedelta(days=14)
PAPERS_SHOWN = timedelta(days=60)


def charge_counts(session: Session, provider_id: int, *, now: datetime) -> dict[str, int]:
    """Return the number of recently refused or rejected charges, and of those on hold."""
    of_provider = Charge.provider_id == provider_id
    refused = of_provider & Charge.state.in_(("refused", "rejected")) & (Charge.received_at >= now - LATELY)
    on_hold = of_provider & (Charge.state == "on_hold")
    row = session.execute(
        select(func.count().filter(refused), func.count().filter(on_hold)).where(of_provider)
    ).one()
    return {"refused": row[0], "on_hold": row[1]}


def papers(session: Session, provider_id: int) -> list[Paper]:
    """Return the newest paper of each kind."""
    found = sorted(papers_of(session, [provider_id])[provider_id], key=lambda paper: paper.first_day)
    newest = {paper.kind: paper for paper in found}
    return [newest[kind] for kind in sorted(newest)]


def papers_ending(session: Session, provider_id: int, *, today: date) -> list[Paper]:
    """Return the papers that have ended or end soon."""
    return [
        paper
        for paper in papers(session, provider_id)
        if paper.last_day is not None and paper.last_day <= today + PAPERS_SHOWN
    ]
