"""Papers of providers: register entry, insurance, prepayment register."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.eligibility.facts.kinds import PaperKind
from clearing.eligibility.facts.provider import Paper
from foundation.database.columns import first_and_last
from foundation.database.tables.providers import ProviderPaper


def papers_of(session: Session, provider_ids: Collection[int]) -> dict[int, tuple[Paper, ...]]:
    """Return every paper of each provider, by kind and in the order in which they were entered."""
    rows = session.execute(
        select(ProviderPaper.provider_id, ProviderPaper.kind, ProviderPaper.valid)
        .where(ProviderPaper.provider_id.in_(provider_ids))
        .order_by(ProviderPaper.kind, ProviderPaper.id)
    )
    found: dict[int, list[Paper]] = {key: [] for key in provider_ids}
    for provider_id, kind, valid in rows:
        found[provider_id].append(Paper(PaperKind(kind), *first_and_last(valid)))
    return {key: tuple(papers) for key, papers in found.items()}
