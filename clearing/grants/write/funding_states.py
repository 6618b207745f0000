"""A funding's new state, and the end of the choices of one that is over."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from clearing.grants.facts.kinds import FundingState
from clearing.grants.rules.funding_states import StateChange
from foundation.database.rows import store_rows
from foundation.database.tables import grants as tables
from foundation.database.tables.choices import Choice
from foundation.vocabulary.dates import ONE_DAY
from foundation.vocabulary.roles import Actor


def store_state(
    session: Session, funding_id: int, change: StateChange, *, why: str, actor: Actor, now: datetime
) -> None:
    """Store the state from each day of the change on."""
    rows = [state_row(funding_id, change.state, day, actor, now, why) for day in change.days]
    store_rows(session, tables.FundingState, rows)


def state_row(
    funding_id: int, state: FundingState, from_day: date, actor: Actor, now: datetime, why: str = ""
) -> dict[str, Any]:
    """Return the row of a state from a day on."""
    return {
        "funding_id": funding_id,
        "state": state.value,
        "from_day": from_day,
        "why": why,
        "set_at": now,
        "set_by": actor.person_id,
    }


def end_choices(session: Session, funding_id: int, *, last_day: date, at: datetime | None) -> None:
    """No choice reaches beyond the last day; ``at``: they end now, and hold nothing any more."""
    ending = update(Choice).where(
        Choice.funding_id == funding_id,
        Choice.ended_at.is_(None),
        (Choice.ends_on.is_(None)) | (Choice.ends_on > last_day) | (Choice.held_cents > 0),
    )
    values = {"ends_on": func.least(func.coalesce(Choice.ends_on, last_day), last_day)}
    session.execute(ending.values(values | ({"ended_at": at} if at else {})))


def mark_replaced(session: Session, funding_ids: Sequence[int], *, by: str) -> None:
    """Say of the fundings which decision replaces them."""
    session.execute(update(tables.Funding).where(tables.Funding.id.in_(funding_ids)).values(replaced_by=by))


def end_spent_choices(session: Session, choice_ids: Sequence[int], *, today: date, at: datetime) -> None:
    """These choices hold nothing any more and never will: they have ended, yesterday at the latest."""
    ending = update(Choice).where(Choice.id.in_(choice_ids), Choice.ended_at.is_(None))
    yesterday = today - ONE_DAY
    last = func.least(func.coalesce(Choice.ends_on, yesterday), yesterday)
    session.execute(ending.values(ended_at=at, ends_on=last))
