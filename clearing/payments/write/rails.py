"""Choices of how a provider is paid, as rows; none is ever changed into another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from foundation.database.columns import table_of
from foundation.database.tables.stripe import PaymentRail

_rail = table_of(PaymentRail)


def store_rail(session: Session, values: Mapping[str, Any]) -> int:
    """Store a choice that waits for its confirmation, and return its id."""
    return int(session.execute(insert(_rail).values(**values).returning(_rail.c.id)).scalar_one())


def withdraw_waiting(session: Session, county_id: int, provider_id: int, *, now: datetime) -> None:
    """Withdraw the choice that waits, if there is one: another takes its place, or it was wrong."""
    waiting = _rail.c.confirmed_at.is_(None), _rail.c.withdrawn_at.is_(None)
    session.execute(
        update(_rail)
        .where(_rail.c.county_id == county_id, _rail.c.provider_id == provider_id, *waiting)
        .values(withdrawn_at=now)
    )


def confirm(session: Session, rail_id: int, *, by: int | None, now: datetime) -> None:
    """Record who confirmed a choice; the database refuses the person who made it."""
    session.execute(update(_rail).where(_rail.c.id == rail_id).values(confirmed_at=now, confirmed_by=by))
