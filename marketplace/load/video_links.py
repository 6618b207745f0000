"""The addresses of remote visits, for those who give or have the visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from clearing.plans.facts.plan import VisitId
from foundation.database.tables.plans import VisitLink
from marketplace.load.listed_visit import ListedVisit
from marketplace.rules.visit_list import VisitState


def with_links(session: Session, visits: Sequence[ListedVisit]) -> list[ListedVisit]:
    """Return the visits with the addresses of those that are to come or going on."""
    open_ids = [visit.visit_id for visit in visits if _may_have_one(visit)]
    if not open_ids:
        return list(visits)
    query = select(VisitLink).where(VisitLink.choice_id.in_({each.choice_id for each in open_ids}))
    links = {VisitId(row.choice_id, row.day, row.number): row.address for row in session.scalars(query)}
    return [
        replace(visit, video_link=links.get(visit.visit_id)) if _may_have_one(visit) else visit
        for visit in visits
    ]


def _may_have_one(visit: ListedVisit) -> bool:
    return visit.choice.remote and visit.start is not None and visit.state is VisitState.PLANNED


def may_be_given(visit: ListedVisit, now: datetime) -> bool:
    """Return whether a visit is a remote one with a time that has not ended."""
    return _may_have_one(visit) and visit.end is not None and visit.end > now
