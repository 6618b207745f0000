"""Which charges are the county's, and which of them wait for it. No client's data is returned."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from foundation.database.tables.charges import Charge


def is_charge_of(session: Session, county_id: int | None, charge_id: int) -> bool:
    """Return whether the charge with this id is the county's."""
    return _exists(session, Charge.county_id == county_id, Charge.id == charge_id)


def is_on_hold(session: Session, county_id: int | None, charge_id: int) -> bool:
    """Return whether the charge with this id is the county's, and on hold."""
    return _exists(session, Charge.county_id == county_id, Charge.id == charge_id, Charge.state == "on_hold")


def _exists(session: Session, *conditions: ColumnElement[bool]) -> bool:
    return session.scalar(select(select(Charge.id).where(*conditions).exists())) or False
