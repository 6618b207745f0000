"""Counts and papers on a provider's start page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.columns import first_and_last
from foundation.database.tables.charges import Charge
from foundation.database.tables.providers import ProviderPaper

LATELY = timedelta(days=14)
PAPERS_SHOWN = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that the provider must keep valid; no last day: until further notice."""

    kind: str
    first_day: date
    last_day: date | None


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
    rows = session.execute(
        select(ProviderPaper.kind, ProviderPaper.valid)
        .where(ProviderPaper.provider_id == provider_id)
        .order_by(ProviderPaper.kind, func.lower(ProviderPaper.valid))
    )
    newest = {kind: Paper(kind, *first_and_last(valid)) for kind, valid in rows}
    return list(newest.values())


def papers_ending(session: Session, provider_id: int, *, today: date) -> list[Paper]:
    """Return the papers that have ended or end soon."""
    return [
        paper
        for paper in papers(session, provider_id)
        if paper.last_day is not None and paper.last_day <= today + PAPERS_SHOWN
    ]
