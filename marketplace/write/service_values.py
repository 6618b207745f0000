"""Rows of the county's values."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables.services import ServiceValue
from marketplace.rules.imported_prices import CurrentPrice


def store_values(
    session: Session, county_id: int, new: Iterable[tuple[tuple[int, int], CurrentPrice]]
) -> None:
    """Store values, each with its service id and time class id."""
    rows = [
        {
            "county_id": county_id,
            "service_id": service_id,
            "time_class_id": time_class_id,
            "unit_value_cents": value.says[0],
            "price_cap_cents": value.says[1],
            "valid": days(value.first_day, value.last_day),
        }
        for (service_id, time_class_id), value in new
    ]
    if rows:
        session.execute(insert(ServiceValue), rows)


def end_values(session: Session, ended: Iterable[CurrentPrice]) -> None:
    """Store the last days of values that end."""
    for value in ended:
        ending = update(ServiceValue).where(ServiceValue.id == value.id)
        session.execute(ending.values(valid=days(value.first_day, value.last_day)))
