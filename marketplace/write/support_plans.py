"""Rows of support plans and own goals."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from foundation.database.tables.support_plans import OwnGoal, SupportPlan, SupportPlanAnswer


def begin_plan(session: Session, *, county_id: int, client_id: int, now: datetime) -> int:
    """Return the id of the client's plan, and lock it; it is created if the client has none."""
    row = insert(SupportPlan).values(county_id=county_id, client_id=client_id, begun_at=now)
    session.execute(row.on_conflict_do_nothing())
    query = select(SupportPlan.id).where(SupportPlan.client_id == client_id).with_for_update()
    return session.scalars(query).one()


def store_plan_answer(
    session: Session,
    plan_id: int,
    *,
    county_id: int,
    question: str,
    words: str,
    pictures: list[str],
    now: datetime,
) -> None:
    """Store the answer to a question instead of the earlier one."""
    answer = {"words": words, "pictures": pictures, "answered_at": now}
    row = insert(SupportPlanAnswer).values(
        county_id=county_id, support_plan_id=plan_id, question=question, **answer
    )
    session.execute(row.on_conflict_do_update(index_elements=["support_plan_id", "question"], set_=answer))


def store_sharing(session: Session, plan_id: int, **shared_at: datetime | None) -> None:
    """Store since when the plan is shared, by the names of the columns; None takes it back."""
    session.execute(update(SupportPlan).where(SupportPlan.id == plan_id).values(**shared_at))


def store_goal(
    session: Session,
    *,
    county_id: int,
    client_id: int,
    place: int,
    words: str,
    look_back_on: date,
    now: datetime,
) -> int:
    """Store a goal and return its id."""
    goal = OwnGoal(
        county_id=county_id,
        client_id=client_id,
        place=place,
        words=words,
        look_back_on=look_back_on,
        set_at=now,
        said="",
    )
    session.add(goal)
    session.flush()
    return goal.id


def store_goal_answer(session: Session, goal_id: int, *, face: str, said: str, now: datetime) -> None:
    """Store the client's answer to whether the goal was reached."""
    values = {"face": face, "said": said, "answered_at": now}
    session.execute(update(OwnGoal).where(OwnGoal.id == goal_id).values(**values))


def mark_goal_removed(session: Session, goal_id: int, *, now: datetime) -> None:
    """Remove a goal from the client's pages."""
    session.execute(update(OwnGoal).where(OwnGoal.id == goal_id).values(removed_at=now))
