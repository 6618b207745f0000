"""Days away from help: of one choice, or of all help of a client."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from clearing.plans.load.visit_plans import visit_plans
from foundation.database.tables.choices import Choice
from foundation.database.tables.grants import Funding
from foundation.database.tables.plans import PlanPause
from foundation.vocabulary.dates import in_force


@dataclass(frozen=True, slots=True)
class Pause:
    """Days away, both ends included. No `last_day`: until further notice. No `choice_id`: from all help."""

    id: int
    client_id: int
    county_id: int
    choice_id: int | None
    funding_id: int | None
    first_day: date
    last_day: date | None
    made_at: datetime
    ended_at: datetime | None

    def never_began(self) -> bool:
        """Return whether it was ended before its first day."""
        return self.last_day is not None and self.last_day < self.first_day

    def overlaps(self, first_day: date, last_day: date | None) -> bool:
        """Return whether it has a day in common with these days."""
        if self.never_began():
            return False
        begins = max(self.first_day, first_day)
        return in_force(self.first_day, self.last_day, begins) and in_force(first_day, last_day, begins)


def pauses_of_client(session: Session, client_id: int) -> list[Pause]:
    """Return the pauses of a client and of each of the client's choices, in order of their first day."""
    of_client = select(Choice.id).join(Funding, Funding.id == Choice.funding_id)
    choices = of_client.where(Funding.client_id == client_id)
    query = _query().where(or_(PlanPause.client_id == client_id, PlanPause.choice_id.in_(choices)))
    found = session.scalars(query.order_by(PlanPause.first_day, PlanPause.id))
    return [_pause(row, client_id) for row in found]


def pause_by_id(session: Session, pause_id: int) -> Pause | None:
    """Return a pause of any client; the caller checks that the actor may see it."""
    row = session.scalars(_query().where(PlanPause.id == pause_id)).one_or_none()
    if row is None:
        return None
    client_id = (
        row.client_id or session.scalars(select(Funding.client_id).where(Funding.id == row.funding_id)).one()
    )
    return _pause(row, client_id)


def fundings_to_replan(session: Session, client_id: int, day: date) -> list[int]:
    """Return the fundings of a client whose choices are in force on a day or later, or hold money."""
    query = (
        select(Funding.id)
        .join(Choice, Choice.funding_id == Funding.id)
        .where(Funding.client_id == client_id, Choice.withdrawn_at.is_(None))
        .where(or_(Choice.ends_on.is_(None), Choice.ends_on >= day, Choice.held_cents > 0))
        .distinct()
        .order_by(Funding.id)
    )
    return list(session.scalars(query))


def _query() -> Select[Any]:
    return select(PlanPause).execution_options(populate_existing=True)


def _pause(row: PlanPause, client_id: int) -> Pause:
    return Pause(
        id=row.id,
        client_id=client_id,
        county_id=row.county_id,
        choice_id=row.choice_id,
        funding_id=row.funding_id,
        first_day=row.first_day,
        last_day=row.last_day,
        made_at=row.made_at,
        ended_at=row.ended_at,
    )


def are_paused(session: Session, choice_ids: Iterable[int], day: date) -> set[int]:
    """Return which of these choices give no help on a day, because the client is away."""
    plans = visit_plans(session, choice_ids)
    return {key for key, plan in plans.items() if plan.is_paused(day)}
