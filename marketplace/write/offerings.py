"""Rows of offerings and their prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from foundation.database.columns import days
from foundation.database.tables.providers import Offering, Price
from marketplace.rules.imported_prices import CurrentPrice
from marketplace.rules.price_windows import DatedPrice


def store_offering(session: Session, values: Mapping[str, Any]) -> int:
    """Store a new offering; return its id."""
    return session.execute(insert(Offering).values(**values).returning(Offering.id)).scalar_one()


def update_offering(session: Session, offering_id: int, values: Mapping[str, Any]) -> None:
    """Change an offering and increase its version."""
    changed = update(Offering).where(Offering.id == offering_id)
    session.execute(changed.values(**values, version=Offering.version + 1))


def store_price(
    session: Session,
    *,
    offering_id: int,
    time_class_id: int,
    unit_price_cents: int,
    first_day: date,
    last_day: date | None,
) -> int:
    """Store a new price; return its id."""
    row = {
        "offering_id": offering_id,
        "time_class_id": time_class_id,
        "unit_price_cents": unit_price_cents,
        "valid": days(first_day, last_day),
    }
    return session.execute(insert(Price).values(**row).returning(Price.id)).scalar_one()


def store_prices(session: Session, new: Iterable[tuple[tuple[int, int], CurrentPrice]]) -> None:
    """Store new prices, each with its offering id and time class id."""
    rows = [
        {
            "offering_id": offering_id,
            "time_class_id": time_class_id,
            "unit_price_cents": price.says[0],
            "valid": days(price.first_day, price.last_day),
        }
        for (offering_id, time_class_id), price in new
    ]
    if rows:
        session.execute(insert(Price), rows)


def update_price(session: Session, price: DatedPrice) -> None:
    """Change a price and increase its version."""
    values = {"unit_price_cents": price.unit_price_cents, "valid": days(price.first_day, price.last_day)}
    session.execute(update(Price).where(Price.id == price.id).values(**values, version=Price.version + 1))


def delete_price(session: Session, price_id: int) -> None:
    """Delete a price that is not yet in force."""
    session.execute(delete(Price).where(Price.id == price_id))
