"""A client's support plan and own goals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from foundation.database.tables.support_plans import OwnGoal, SupportPlan, SupportPlanAnswer
from marketplace.rules.support_plan import PlanAnswer


@dataclass(frozen=True, slots=True)
class GoalEntry:
    """A goal; open until it is answered. `face` and `said` are the client's answer."""

    id: int
    client_id: int
    county_id: int
    words: str
    look_back_on: date
    face: str | None
    said: str

    def is_due(self, day: date) -> bool:
        """Return whether the client should be asked on a day whether this was reached."""
        return self.face is None and self.look_back_on <= day


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """The plan of a client: answers by question, goals in the order in which they were set."""

    client_id: int
    county_id: int
    answers: Mapping[str, PlanAnswer]
    goals: tuple[GoalEntry, ...]
    shared_with_worker_at: datetime | None
    shared_with_helpers_at: datetime | None

    @property
    def open_goals(self) -> list[GoalEntry]:
        """Return the goals that have not been looked back at."""
        return [goal for goal in self.goals if goal.face is None]

    @property
    def answered_goals(self) -> list[GoalEntry]:
        """Return the goals that have been looked back at."""
        return [goal for goal in self.goals if goal.face is not None]


def plan_of_client(session: Session, client_id: int) -> PlanEntry | None:
    """Return the plan of a client; None if the client has not begun one."""
    plan = session.scalars(select(SupportPlan).where(SupportPlan.client_id == client_id)).one_or_none()
    if plan is None:
        return None
    answers = session.scalars(select(SupportPlanAnswer).where(SupportPlanAnswer.support_plan_id == plan.id))
    return PlanEntry(
        client_id=client_id,
        county_id=plan.county_id,
        answers={
            row.question: PlanAnswer(row.words, tuple(row.pictures), row.answered_at) for row in answers
        },
        goals=tuple(goals_of_client(session, client_id)),
        shared_with_worker_at=plan.shared_with_worker_at,
        shared_with_helpers_at=plan.shared_with_helpers_at,
    )


def goals_of_client(session: Session, client_id: int) -> list[GoalEntry]:
    """Return the client's goals that have not been removed, in the order in which they were set."""
    query = select(OwnGoal).where(OwnGoal.client_id == client_id, OwnGoal.removed_at.is_(None))
    return [
        GoalEntry(row.id, row.client_id, row.county_id, row.words, row.look_back_on, row.face, row.said)
        for row in session.scalars(query.order_by(OwnGoal.id))
    ]


def goal_to_look_back(session: Session, client_id: int, day: date) -> GoalEntry | None:
    """Return the goal whose day to look back came first; None if none is due."""
    due = [goal for goal in goals_of_client(session, client_id) if goal.is_due(day)]
    return min(due, key=lambda goal: goal.look_back_on, default=None)


def taken_places(session: Session, client_id: int) -> list[int]:
    """Return the places of the client's open goals."""
    still_open = OwnGoal.answered_at.is_(None), OwnGoal.removed_at.is_(None)
    return list(session.scalars(select(OwnGoal.place).where(OwnGoal.client_id == client_id, *still_open)))


def shares_plan_with_worker(session: Session, client_id: int) -> bool:
    """Return whether the client shares the plan with the county's workers."""
    shared = SupportPlan.shared_with_worker_at.is_not(None)
    query = select(SupportPlan.id).where(SupportPlan.client_id == client_id, shared)
    return session.scalar(query) is not None
