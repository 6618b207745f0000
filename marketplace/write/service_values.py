"""Rows of the county's values."""

from __future__ import annotations

from datetime import date

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables.services import ServiceValue
from marketplace.rules.imported_prices import CurrentPrice


def store_value(
    session: Session,
    *,
    county_id: int,
    service_id: int,
    time_class_id: int,
    value_cents: int,
    cap_cents: int | None,
    first_day: date,
    last_day: date | None,
) -> int:
    """Store a value; return its id."""
    row = {
        "county_id": county_id,
        "service_id": service_id,
        "time_class_id": time_class_id,
        "unit_value_cents": value_cents,
        "price_cap_cents": cap_cents,
        "valid": days(first_day, last_day),
    }
    return session.execute(insert(ServiceValue).values(**row).returning(ServiceValue.id)).scalar_one()


def end_value(session: Session, current: CurrentPrice, last_day: date) -> None:
    """End a value on a day."""
    ending = update(ServiceValue).where(ServiceValue.id == current.id)
    session.execute(ending.values(valid=days(current.first_day, last_day)))
