"""Counts of the goals that clients have looked back at; nothing about a person."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from foundation.database.tables.support_plans import OwnGoal, SupportPlan
from marketplace.rules.support_plan import FACES


def goal_counts(session: Session, county_id: int) -> dict[str, int]:
    """Return how many goals got each face, of the clients who share their plan with the county."""
    query = (
        select(OwnGoal.face, func.count())
        .join(SupportPlan, SupportPlan.client_id == OwnGoal.client_id)
        .where(
            OwnGoal.county_id == county_id,
            OwnGoal.answered_at.is_not(None),
            OwnGoal.removed_at.is_(None),
            SupportPlan.shared_with_worker_at.is_not(None),
        )
        .group_by(OwnGoal.face)
    )
    found = {str(face): count for face, count in session.execute(query)}
    return {face: found.get(face, 0) for face in FACES}
